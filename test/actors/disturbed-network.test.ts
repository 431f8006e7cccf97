import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Envelope } from '../../src/actors/messages.js';
import type { Delivery } from '../../src/actors/network.js';
import type { StepSchedule } from '../../src/actors/server-state.js';
import type { SystemEvent } from '../../src/actors/system-events.js';
import { serverId } from '../../src/actors/messages.js';
import { damaged, step } from './samples.js';
import { atOnce, federation, jobsOf, recordedBy, secondsOf } from './system-samples.js';

/** More events than any of these runs can need: a run that has as many goes round in circles. */
const endless = 5000;

const clients = ['c', 'a', 'b', 'd', 'e'];
const steps = [
  step({ name: 'initialise', round: 0, essential: true }),
  ...[1, 2, 3].map((round) => step({ round })),
  step({ name: 'build', round: 3, audience: 'everyone', aggregates: false }),
];

/** What the network does to one message after another, over and over. */
const disturbance = fc.record({
  copies: fc.constantFrom(0, 1, 1, 1, 1, 2, 3),
  delays: fc.array(fc.constantFrom(0, 0.5, 0.5, 3, 30), { minLength: 3, maxLength: 3 }),
  damage: fc.constantFrom(false, false, false, true),
  crash: fc.constantFrom(false, false, false, false, false, true),
});
type Disturbance = typeof disturbance extends fc.Arbitrary<infer Value> ? Value : never;

function disturbed(choices: readonly Disturbance[]) {
  let turn = 0;
  return (envelope: Envelope): Delivery[] => {
    const { copies, delays, damage, ...choice } = choices[turn++ % choices.length];
    // Who goes down with every message it sends never gets anywhere.
    const crash = choice.crash && turn <= 40;
    const carriesPayload = 'payload' in envelope.message && envelope.message.payload !== null;
    const arriving = damage && carriesPayload ? damaged(envelope) : envelope;
    const fate = crash ? ({ kind: 'crash-sender', restartAfter: 2 } as const) : ({ kind: 'arrive' } as const);
    if (copies === 0) return [{ envelope, seconds: delays[0], fate: { kind: 'lose', reason: 'on purpose' } }];
    return delays.slice(0, copies).map((seconds) => ({ envelope: arriving, seconds, fate }));
  };
}

const jobFault = fc.constantFrom(
  ...[null, null, null, null],
  ...[{ kind: 'fail', reason: 'no memory' } as const],
  ...[
    { kind: 'crash', share: 0.5, restartAfter: 4 } as const,
    { kind: 'crash', share: 1, restartAfter: null } as const,
  ],
);

const scenario = fc.record({
  choices: fc.array(disturbance, { minLength: 1, maxLength: 12 }),
  jobFaults: fc.array(jobFault, { minLength: 1, maxLength: 9 }),
  serverCrashes: fc.array(fc.constantFrom(1, 2.5, 4, 7, 15), { maxLength: 2 }),
  buffer: fc.option(
    fc.record({ size: fc.integer({ min: 1, max: 6 }), concurrency: fc.integer({ min: 1, max: 6 }) }),
  ),
  deadline: fc.option(fc.constantFrom(2, 10, 60)),
  retry: fc.record({ after: fc.constantFrom(1, 7), times: fc.integer({ min: 1, max: 4 }) }),
  minimum: fc.integer({ min: 1, max: 3 }),
  late: fc.constantFrom<StepSchedule['late']>('keep', 'discard'),
  retains: fc.boolean(),
  patience: fc.integer({ min: 0, max: 3 }),
  refused: fc.constantFrom('nobody', 'a', 'd'),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never;

async function play(given: Scenario) {
  const { choices, jobFaults, serverCrashes, buffer, patience, refused, retains, ...schedule } = given;
  let jobs = 0;
  const { system, events, kernel } = federation({
    clients,
    steps: steps.map((one) => ({ ...one, retains: retains && one.audience === 'cohort' })),
    schedule: (index) => ({
      ...schedule,
      buffer: steps[index].name === 'train' ? buffer : null,
      minimum: steps[index].name === 'build' ? 0 : schedule.minimum,
    }),
    weight: (_, __, missed) => (missed > patience ? 0 : 1 / (1 + missed)),
    inspect: (_, from) => (from === refused ? 'not a memory' : null),
    compute: (job) => ({ ...atOnce(job), seconds: secondsOf(job) }),
    deliveries: disturbed(choices),
    faults: {
      crashes: serverCrashes.map((at) => ({ actor: serverId, at, restartAfter: 3 })),
      onCompute: ({ role }) => (role === 'server' ? null : jobFaults[jobs++ % jobFaults.length]),
    },
    supervise: (_, failures) => (failures > 2 ? 'stop' : failures > 1 ? 'restart' : 'resume'),
    halt: (count) => count > endless,
  });
  const error = await system.run().then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(kernel.eventCount()).toBeLessThan(endless);
  return { system, events, error };
}

/** Every step that was opened is closed or abandoned, one after the other. */
function checkSteps(events: readonly SystemEvent[], finished: boolean): void {
  let [open, next]: [number | null, number] = [null, 0];
  for (const event of recordedBy(events)) {
    if (event.kind === 'step-opened') {
      expect([open, event.step]).toEqual([null, next]);
      open = event.step;
    } else if (event.kind === 'step-done' || event.kind === 'step-abandoned') {
      expect(event.step).toBe(next++);
      open = null;
    }
  }
  expect(open).toBeNull();
  if (finished) expect(next).toBe(steps.length);
}

/** No answer counts twice, none of a client twice in one aggregation, none that was refused. */
function checkAggregations(events: readonly SystemEvent[], { retains, refused }: Scenario): void {
  const jobs = jobsOf(events).filter(({ role }) => role === 'server');
  const different = [...new Map(jobs.map((job) => [JSON.stringify(job), job])).values()];
  for (const { received } of different) {
    const ranks = received.map(({ from }) => clients.indexOf(from));
    expect(ranks).toEqual([...new Set(ranks)].sort((a, b) => a - b));
    expect(received.map(({ from }) => from)).not.toContain(refused);
    for (const { weight } of received) expect(weight).toBeGreaterThan(0);
  }
  if (retains) return;
  const fresh = different.flatMap(({ received }) =>
    received.map(({ from, payload }) => `${from} ${payload?.hash}`),
  );
  expect(new Set(fresh).size).toBe(fresh.length);
}

it('with a retry policy, a run ends whatever the network, the clients and the server suffer', async () => {
  const ends = new Set<string>();
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      const { system, events, error } = await play(given);
      if (error !== null) {
        const abandoned = 'step "initialise" was abandoned';
        expect(error).toMatchObject({ code: 'run-failed', message: expect.stringContaining(abandoned) });
      }
      expect(system.server().phase === 'finished').toBe(error === null);
      checkSteps(events, error === null);
      checkAggregations(events, given);
      ends.add(error === null ? 'finished' : 'aborted');
    }),
    { numRuns: 150 },
  );
  expect(ends).toEqual(new Set(['finished', 'aborted']));
});
