import { messageOf } from '../../../src/base/errors.js';
import { encodeFloat16 } from '../../../src/base/float16.js';
import { decodeSafetensors } from '../../../src/base/safetensors.js';
import type { Tensor, TensorMap } from '../../../src/base/tensor.js';
import { methods } from '../../../src/model/methods/registry.js';
import type { Inspection, Method } from '../../../src/model/methods/method.js';
import type { MethodSettings } from '../../../src/model/methods/settings.js';
import { play, preparedSwarm } from '../../sim/run/samples.js';

/** What an honest client sent in a real run, and what the server checked it against. */
interface Sample {
  readonly message: TensorMap;
  readonly inspection: Inspection;
}

export async function honestUploads(...changes: readonly string[]) {
  const run = await preparedSwarm(...changes);
  const { federation, store } = run;
  const samples = new Map<string, Sample[]>();
  const blobs = (name: string) => (bytes: Uint8Array) => decodeSafetensors(bytes, name);
  await play(run, {
    options: {
      inspect(step, client, payload, local) {
        const message = payload ? blobs('it')(store.get(payload)) : {};
        const inspection: Inspection = {
          sizes: federation.sizesOf(client),
          client,
          settings: federation.segments[0].settings,
          hasLocal: (name) => Object.hasOwn(local, name),
          local: (name) => blobs(name)(store.get(local[name])),
        };
        samples.set(step.name, [...(samples.get(step.name) ?? []), { message, inspection }]);
        return null;
      },
    },
  });
  const { name } = federation.method;
  const method: Method = methods[name as keyof typeof methods];
  return {
    samples,
    of: (step: string) => samples.get(step)!.find(({ inspection }) => inspection.client === 'client-1')!,
    method,
  };
}

export const f64 = (...numbers: number[]): Tensor => ({
  type: 'F64',
  shape: [numbers.length],
  data: Float64Array.from(numbers),
});
export const f32 = (...numbers: number[]): Tensor => ({
  type: 'F32',
  shape: [numbers.length],
  data: Float32Array.from(numbers),
});

/** The tensor with one number replaced. */
export function withNumber(tensor: Tensor, at: number, value: number): Tensor {
  const data = tensor.data.slice();
  data[at] = tensor.type === 'F16' ? encodeFloat16(Float32Array.of(value))[0] : value;
  return { ...tensor, data };
}
export const shorter = ({ type, data }: Tensor): Tensor => ({
  type,
  shape: [data.length - 1],
  data: data.slice(0, -1),
});

/** Why the honest message of a step, changed, is refused; null when it is not. */
export function refusal(
  { method, of }: Awaited<ReturnType<typeof honestUploads>>,
  step: string,
  change: (message: TensorMap) => TensorMap,
  settings: Partial<MethodSettings> = {},
): string | null {
  const { message, inspection } = of(step);
  try {
    method.inspect[step](change(message), {
      ...inspection,
      settings: { ...inspection.settings, ...settings },
    });
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

export type Change = (message: TensorMap) => TensorMap;
export const without =
  (name: string): Change =>
  ({ [name]: _, ...rest }) =>
    rest;
export const replacing =
  (name: string, change: (tensor: Tensor) => Tensor): Change =>
  (message) => ({ ...message, [name]: change(message[name]) });
