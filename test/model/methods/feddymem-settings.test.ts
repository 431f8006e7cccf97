import { describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../../../src/base/safetensors.js';
import type { TensorMap } from '../../../src/base/tensor.js';
import { decodeBank } from '../../../src/memory/wire.js';
import {
  acceptedByRound,
  aggregated,
  isFinished,
  linesWith,
  play,
  preparedSwarm,
  serverEntry,
  sumOf,
  type Given,
  type Outcome,
} from '../../sim/run/samples.js';

const faultless = { schedule: { deadline: 500 } } satisfies Given;

async function outcome(changes: readonly string[], given: Given = faultless) {
  const run = await preparedSwarm(...changes);
  const played = await play(run, given);
  expect(isFinished(played)).toBe(true);
  return { run, played };
}

const refusals = ({ lines }: Outcome) => linesWith(lines, { event: 'refused' });

describe('uploads as changes', () => {
  // A bank that does not change, and clusterings that begin where the last ones ended.
  const settled = [
    ...['method.update=none', 'method.memory.start=previous', 'method.dimensions=40', 'data.channels=40'],
    ...['method.memory.local=20', 'method.memory.upload=16', 'data.separation=1'],
  ];
  /** Uploads of training that reached the server, by whether they were changes. */
  function uploads({ run, played }: Awaited<ReturnType<typeof outcome>>) {
    const messages = [1, 2, 3].flatMap((round) =>
      aggregated(played, round).map(({ payload }) => decodeSafetensors(run.store.get(payload!), 'an upload')),
    );
    const isChange = (message: TensorMap) => Object.hasOwn(message, 'base');
    return { changes: messages.filter(isChange), whole: messages.filter((message) => !isChange(message)) };
  }

  it('make the same global memory, in fewer bytes', async () => {
    const [whole, changes] = await Promise.all([
      outcome(settled),
      outcome([...settled, 'method.delta=slots']),
    ]);
    const [a, b] = [whole, changes].map(({ run, played }) =>
      decodeBank(serverEntry(run, played, 'memory'), 40, 'the server'),
    );
    expect(b.weights).toEqual(a.weights);
    // Half a step of f16 at the largest entries of these uploads, some 8.
    b.vectors.data.forEach((value, at) => expect(Math.abs(value - a.vectors.data[at])).toBeLessThan(0.01));
    expect(uploads(whole).changes).toEqual([]);
    expect(uploads(changes).changes.length).toBeGreaterThan(5);
    const sent = ({ played }: typeof whole) =>
      sumOf(played.seen.flatMap((event) => {
        if (event.kind !== 'sent' || event.envelope.message.kind !== 'upload') return [];
        return [event.envelope.message.payload?.bytes ?? 0];
      })); // prettier-ignore
    expect(sent(changes)).toBeLessThan(0.8 * sent(whole));
  });

  it.each([
    ['that are lost', [{ kind: 'lose', client: 'client-2', step: 'train', round: 1 }], {}],
    ['of a client that crashes', [{ kind: 'crash', actor: 'client-3', at: 40 }], {}],
    ['of samples of the clients', [], { cohort: 3 }],
    [
      'of clients that are late',
      [{ kind: 'delay', client: 'client-1', step: 'train', round: 1, seconds: 400 }],
      { deadline: 60 },
    ],
    ['collected in a buffer', [], { mode: 'buffered', buffer: { size: 2, concurrency: 4 }, deadline: 500 }],
  ])('%s leave nobody behind', async (_, faults, schedule) => {
    // prettier-ignore
    const changes = [...settled, 'method.delta=slots', 'method.rounds=5'];
    const { played } = await outcome(changes, { faults, schedule: { deadline: 120, ...schedule } });
    expect(refusals(played)).toEqual([]);
    expect(sumOf(acceptedByRound(played) as number[])).toBeGreaterThan(5);
  });

  it('are changes of the last upload that arrived, and whole where that is not known', async () => {
    const lost = [1, 2, 3].map((round) => ({ kind: 'lose', client: 'client-2', step: 'train', round }));
    const given = { faults: lost, schedule: { deadline: 120 } };
    const all = uploads(await outcome([...settled, 'method.delta=slots'], given));
    expect(all.whole.length).toBeGreaterThan(0);
    expect(all.changes.length).toBeGreaterThan(0);
  });
});

describe('slots in the space of embeddings', () => {
  const states = ({ run, played }: Awaited<ReturnType<typeof outcome>>) =>
    [...played.final.clients].map(([id, local]) => [
      id,
      decodeSafetensors(run.store.get(local.detector), 'a detector'),
    ]);

  it('are those of the shared space, bit for bit, where no generator is trained', async () => {
    for (const untrained of ['method.training.generator=none', 'method.rounds=0']) {
      const shared = await outcome([untrained]);
      const embedding = await outcome([untrained, 'method.space=embedding']);
      expect(states(embedding)).toEqual(states(shared));
    }
  });

  it('are others once one is trained, and are what detectors compare with as they are', async () => {
    const shared = await outcome(['method.training.replay=none']);
    const embedding = await outcome(['method.training.replay=none', 'method.space=embedding']);
    expect(states(embedding)).not.toEqual(states(shared));
    const { run, played } = embedding;
    const { vectors } = decodeBank(serverEntry(run, played, 'memory'), 8, 'the server');
    for (const [, detector] of states(embedding) as [string, TensorMap][]) {
      expect(detector.anchors.data.slice(0, vectors.data.length)).toEqual(vectors.data);
    }
  });
});

it('a bank that follows its batches counts every patch once', async () => {
  const { run, played } = await outcome(['method.update=ema', 'method.training.steps=8']);
  const rebuilt = await outcome(['method.training.steps=8']);
  for (const [id, local] of played.final.clients) {
    const read = (blob: typeof local.bank) => decodeSafetensors(run.store.get(blob), id);
    expect(sumOf(read(local.bank).weights.data)).toBe(read(local.aligned).training.shape[0]);
    expect(local.bank).not.toEqual(rebuilt.played.final.clients.get(id)!.bank);
  }
});
