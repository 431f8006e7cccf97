import { describe, expect, it } from 'vitest';
import type { Tensor, TensorMap } from '../../src/base/tensor.js';
import { messageOf } from '../../src/base/errors.js';
import { payloadBytes, setupBytes, type Envelope } from '../../src/actors/messages.js';
import { methods, type MethodName } from '../../src/model/methods/registry.js';
import { createTraffic } from '../../src/sim/run/traffic.js';
import { honestUploads, withNumber } from '../model/methods/honest-uploads.js';
import { hasDetector, isFinished, linesWith, play, prepareScenario, swarmScenario } from './run/samples.js';
import { preparedSwarm } from './run/samples.js';

/** What every method owes the simulation, whatever it learns. */
const names = Object.keys(methods) as MethodName[];

const smallest = [
  'method.rounds=2',
  'method.dimensions=4',
  'method.rival.hidden=6',
  'method.rival.bottleneck=3',
];

describe.each(names)('%s', (name) => {
  const changes = [`method.name=${name}`, ...smallest];

  it('computed twice from nothing has the same journal, and detectors for everybody', async () => {
    const runs = [];
    for (let time = 0; time < 2; time++) {
      runs.push(await play(await prepareScenario(await swarmScenario(...changes))));
    }
    const [first, second] = runs;
    expect(second.digest).toBe(first.digest);
    expect(isFinished(first)).toBe(true);
    expect(linesWith(first.lines, { event: 'refused' })).toEqual([]);
    expect(linesWith(first.lines, { event: 'given-up' })).toEqual([]);
    for (const local of first.final.clients.values()) expect(hasDetector(local)).toBe(true);
  });

  it('counts the bytes of its encoded messages', async () => {
    const run = await preparedSwarm(...changes);
    const traffic = createTraffic(run.federation);
    let [sent, counted] = [0, 0];
    const add = ({ message }: Envelope) => {
      for (const reference of [
        'payload' in message ? message.payload : null,
        'setup' in message ? message.setup : null,
      ])
        if (reference) sent += run.store.get(reference).byteLength;
      counted += payloadBytes(message);
      expect(setupBytes(message)).toBeLessThanOrEqual(payloadBytes(message));
    };
    await play(run, {
      options: {
        onEvent(event) {
          traffic.add(event);
          if (event.kind === 'sent') add(event.envelope);
        },
      },
    });
    const total = run.federation.participants
      .map((id) => traffic.client(id))
      .reduce((sum, { bytesUp, bytesDown }) => sum + bytesUp + bytesDown, 0);
    expect(counted).toBe(sent);
    expect(total).toBe(sent);
    if (name.startsWith('local')) expect(sent).toBe(0);
    else expect(sent).toBeGreaterThan(0);
  });

  it.each([1, 50])('runs with %i clients', async (clients) => {
    const scenario = await swarmScenario(...changes, `clients=${clients}`, 'method.rounds=1');
    const outcome = await play(await prepareScenario(scenario));
    expect(isFinished(outcome)).toBe(true);
    expect(outcome.final.clients.size).toBe(clients);
    for (const local of outcome.final.clients.values()) expect(hasDetector(local)).toBe(true);
  });

  it('runs with a part of the clients in each round, and all get detectors', async () => {
    const run = await preparedSwarm(...changes, 'schedule={cohort: 2}');
    const outcome = await play(run);
    expect(isFinished(outcome)).toBe(true);
    for (const local of outcome.final.clients.values()) expect(hasDetector(local)).toBe(true);
  });

  it('runs without rounds, and without training steps', async () => {
    for (const change of ['method.rounds=0', 'method.training.steps=0']) {
      const outcome = await play(await preparedSwarm(...changes, change));
      expect(isFinished(outcome)).toBe(true);
      for (const local of outcome.final.clients.values()) expect(hasDetector(local)).toBe(true);
    }
  });

  it('runs with a client held out', async () => {
    const run = await preparedSwarm(...changes, 'holdOut=[client-2]');
    const outcome = await play(run);
    expect(isFinished(outcome)).toBe(true);
    expect(hasDetector(outcome.final.clients.get('client-1'))).toBe(true);
  });

  it('lets a client catch up that is first asked in the last round', async () => {
    const run = await preparedSwarm(...changes);
    const [segment] = run.federation.segments;
    const isAvailable = (client: string, round: number) => client !== 'client-2' || round >= 2;
    const segments = [{ ...segment, fleet: { ...segment.fleet, isAvailable } }];
    const outcome = await play({ ...run, federation: { ...run.federation, segments } });
    expect(isFinished(outcome)).toBe(true);
    expect(linesWith(outcome.lines, { event: 'refused' })).toEqual([]);
    expect(hasDetector(outcome.final.clients.get('client-2'))).toBe(true);
  });

  it('accepts what honest clients send at every step, and refuses it broken', async () => {
    const { samples, method } = await honestUploads(...changes);
    for (const [step, given] of samples) {
      for (const { message, inspection } of given) {
        const problem = (changed: TensorMap): string | null => {
          try {
            method.inspect[step](changed, inspection);
            return null;
          } catch (error) {
            return messageOf(error);
          }
        };
        expect(problem(message)).toBeNull();
        if (Object.keys(message).length === 0)
          expect(problem({ surplus: floats(1) }), `${step} with more`).not.toBeNull();
        for (const [tensor, value] of Object.entries(message)) {
          const { [tensor]: _, ...rest } = message;
          expect(problem(rest), `${step} without ${tensor}`).not.toBeNull();
          if (value.type === 'I8' || value.data.length === 0) continue;
          const hole = { ...message, [tensor]: withNumber(value, 0, NaN) };
          expect(problem(hole), `${step} with a hole in ${tensor}`).not.toBeNull();
        }
      }
    }
  });
});

function floats(...numbers: number[]): Tensor {
  return { type: 'F32', shape: [numbers.length], data: Float32Array.from(numbers) };
}
