import { expect, it } from 'vitest';
import { vectorTensor, type TensorMap } from '../../../src/base/tensor.js';
import { newUploads, orNothing, receiptsFor, uploadOnce } from '../../../src/model/methods/single-upload.js';

const messageOf = (value: number): TensorMap => ({ values: vectorTensor(Float32Array.of(value)) });
const uploadOf = (client: string, value: number) => ({ client, message: messageOf(value), weight: 1 });
const actorWith = (entries: Readonly<Record<string, TensorMap | null>>) => ({
  hasLocal: (name: string) => Object.hasOwn(entries, name),
  local: (name: string) => entries[name]!,
});

it('a client uploads until the broadcast has the receipt of its upload', async () => {
  let made = 0;
  const make = () => {
    made++;
    return Promise.resolve(messageOf(1));
  };
  const first = await uploadOnce({ ...actorWith({}), received: null }, make);
  expect(first.message).toEqual(messageOf(1));

  const client = actorWith(first.local!);
  const others = receiptsFor(actorWith({}), [uploadOf('client-2', 2)]).message;
  for (const received of [null, {}, others!])
    expect((await uploadOnce({ ...client, received }, make)).message).toEqual(messageOf(1));
  expect(made).toBe(4);

  const both = receiptsFor(actorWith({}), [uploadOf('client-1', 1), uploadOf('client-2', 2)]).message;
  expect(await uploadOnce({ ...client, received: both }, make)).toEqual({});
  expect(made).toBe(4);
});

it('a server takes a client’s upload once, and gives receipts for all that it took', () => {
  const first = receiptsFor(actorWith({}), [uploadOf('client-1', 1)]);
  const server = actorWith(first.local!);
  // The second client sends the same numbers: they are its own all the same.
  const uploads = [
    uploadOf('client-1', 3),
    uploadOf('client-2', 1),
    { ...uploadOf('client-3', 0), message: {} },
  ];
  const fresh = newUploads({ ...server, uploads });
  expect(fresh.map(({ client }) => client)).toEqual(['client-2']);
  const { message } = receiptsFor(server, fresh);
  const [known] = first.message!.receipts.data;
  expect([...message!.receipts.data]).toEqual([known, known]);
});

it('an upload that is not there passes where it may be absent', () => {
  const inspect = orNothing(() => {
    throw new Error('refused');
  });
  expect(() => inspect({}, undefined as never)).not.toThrow();
  expect(() => inspect(messageOf(1), undefined as never)).toThrow('refused');
});
