// What an event and a client message cost, against RxJS's own VirtualTimeScheduler in the same run.
// Usage: npm run build && node benchmarks/kernel/kernel.mjs [--json]
import { cpus } from 'node:os';
import { createFederation, runActors, runBare, schedulers } from './federation.mjs';
import { contenders } from './hold.mjs';

const repetitions = 5;
/** Microseconds. */
const aims = { event: 2, message: 50 };
const holds = [
  { pending: 1, count: 200_000, baselineCount: 200_000 },
  { pending: 10_000, count: 200_000, baselineCount: 1000 },
  { pending: 100_000, count: 200_000, baselineCount: 100 },
];
const federations = [
  { clients: 1000, cohort: 1000, rounds: 10, baselineRepetitions: repetitions },
  { clients: 10_000, cohort: 100, rounds: 100, baselineRepetitions: repetitions },
  { clients: 10_000, cohort: 10_000, rounds: 1, baselineRepetitions: 1 },
];

const result = {
  machine: { processor: cpus()[0].model, node: process.versions.node },
  repetitions,
  aims,
  events: [],
  messages: [],
};
for (const hold of holds) result.events.push(await measureHold(hold));
for (const federation of federations) result.messages.push(await measureFederation(federation));
if (process.argv.includes('--json')) console.log(JSON.stringify(result, null, 2));
else print(result);

async function measureHold({ pending, count, baselineCount }) {
  await checkOrder(pending, Math.min(baselineCount, 1000));
  const times = { kernel: [], throughRxjs: [], virtualTimeScheduler: [] };
  // One after the other within a repetition, so that a disturbance of the machine meets all of them.
  for (let repetition = -1; repetition < repetitions; repetition++) {
    for (const [name, measured] of Object.entries(times)) {
      const operations = name === 'virtualTimeScheduler' ? baselineCount : count;
      const { microseconds } = await contenders[name](pending, operations);
      if (repetition >= 0) measured.push(microseconds);
    }
  }
  return { pending, count, baselineCount, microseconds: summaries(times) };
}

/** All contenders must do the same work. */
async function checkOrder(pending, count) {
  const orders = [];
  for (const contender of Object.values(contenders)) orders.push((await contender(pending, count)).order);
  if (new Set(orders).size !== 1)
    throw new Error(`${pending} pending: the contenders' events come in different orders`);
}

async function measureFederation({ clients, cohort, rounds, baselineRepetitions }) {
  const federation = createFederation({ clients, cohort, rounds });
  const { sent, seconds, digest } = await runActors(federation, { keepSent: true });
  const times = { actors: [], withoutJournal: [], bareKernel: [], virtualTimeScheduler: [] };
  const note = (list, repetition, run) => {
    if (Math.abs(run.seconds - seconds) > 1e-6 * seconds)
      throw new Error(`${run.seconds} s of virtual time, not ${seconds} s`);
    if (run.digest && run.digest !== digest) throw new Error('equal runs have different journals');
    if (repetition >= 0) list.push((1000 * run.milliseconds) / sent.length);
  };
  for (let repetition = -1; repetition < repetitions; repetition++) {
    note(times.actors, repetition, await runActors(federation));
    note(times.withoutJournal, repetition, await runActors(federation, { withJournal: false }));
    note(times.bareKernel, repetition, await runBare(federation, sent, schedulers.kernel()));
    if (
      repetition >= repetitions - baselineRepetitions ||
      (repetition < 0 && baselineRepetitions === repetitions)
    ) {
      note(
        times.virtualTimeScheduler,
        repetition,
        await runBare(federation, sent, schedulers.virtualTimeScheduler()),
      );
    }
  }
  return { clients, cohort, rounds, messages: sent.length, digest, microseconds: summaries(times) };
}

function summaries(times) {
  return Object.fromEntries(
    Object.entries(times).map(([name, all]) => {
      const sorted = all.toSorted((a, b) => a - b);
      return [name, { median: sorted[sorted.length >> 1], least: sorted[0], most: sorted.at(-1) }];
    }),
  );
}

function print({ machine, events, messages }) {
  console.log(
    `${machine.processor}, node ${machine.node}; medians of ${repetitions} repetitions, seeded, warmed up`,
  );
  console.log('baseline: VirtualTimeScheduler of RxJS in the same run\n');
  console.log('One event: pop the earliest, push one with a pseudo-random delay (hold model)');
  table(
    [
      'pending',
      'kernel : baseline',
      'via RxJS : baseline',
      'kernel µs',
      'via RxJS µs',
      'baseline µs',
      'events (baseline)',
    ],
    events.map(({ pending, count, baselineCount, microseconds: of }) => [
      number(pending),
      ratio(of.kernel, of.virtualTimeScheduler),
      ratio(of.throughRxjs, of.virtualTimeScheduler),
      range(of.kernel),
      range(of.throughRxjs),
      range(of.virtualTimeScheduler),
      `${number(count)} (${number(baselineCount)})`,
    ]),
  );
  verdict('a bare event at 100,000 pending', events.at(-1).microseconds.kernel.median, aims.event);
  console.log(
    '\nOne client message: a broadcast or an upload, with its share of the compute; a round trip is two',
  );
  table(
    [
      'clients, cohort, rounds',
      'all : baseline',
      'all told µs',
      'round trip µs',
      'no journal µs',
      'RxJS on kernel µs',
      'baseline µs',
      'messages',
    ],
    messages.map(({ clients, cohort, rounds, messages: count, microseconds: of }) => [
      `${number(clients)}, ${number(cohort)}, ${rounds}`,
      ratio(of.actors, of.virtualTimeScheduler),
      range(of.actors),
      (2 * of.actors.median).toFixed(1),
      range(of.withoutJournal),
      range(of.bareKernel),
      range(of.virtualTimeScheduler),
      number(count),
    ]),
  );
  for (const { clients, cohort, microseconds } of messages)
    verdict(
      `a message, ${number(clients)} clients, cohort ${number(cohort)}`,
      microseconds.actors.median,
      aims.message,
    );
}

function verdict(what, measured, aim) {
  console.log(`${measured <= aim ? 'met' : 'MISSED'}: ${what}: ${measured.toFixed(2)} µs, aim ${aim} µs`);
}

function number(value) {
  return value.toLocaleString('en');
}

function ratio(ours, baseline) {
  const share = ours.median / baseline.median;
  return share >= 0.1 ? share.toFixed(2) : `1 : ${number(Math.round(1 / share))}`;
}

function range({ median, least, most }) {
  const digits = median < 10 ? 2 : median < 100 ? 1 : 0;
  return `${median.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}

function table(head, rows) {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  );
  for (const row of [head, ...rows])
    console.log(row.map((cell, column) => cell.padStart(widths[column])).join('  '));
}
