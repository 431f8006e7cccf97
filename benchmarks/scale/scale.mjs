// What a run costs as the number of clients grows; every size in a process of its own, with an empty cache.
// Usage: npm run build && node benchmarks/scale/scale.mjs [--clients 10,100,…] [--cohort 100] [--rounds 20] [--full 1000]
//        [--workers 2] [--json]
import { execFile } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readFlags } from '../support/flags.mjs';

const usage = `node benchmarks/scale/scale.mjs [flags]     (after npm run build)

  --clients <n,n>  sizes of the federation (default: 10,100,1000,10000,100000)
  --cohort <n>     clients a round (default: 100)
  --rounds <n>     default: 20
  --full <n,n>     sizes at which everybody takes part in every round (default: 1000); '' for none
  --workers <n>    worker threads (default: one a core)
  --json           print JSON`;
const { values } = readFlags(usage, {
  clients: { type: 'string', default: '10,100,1000,10000,100000' },
  cohort: { type: 'string', default: '100' },
  rounds: { type: 'string', default: '20' },
  full: { type: 'string', default: '1000' },
  workers: { type: 'string', default: String(availableParallelism()) },
  json: { type: 'boolean', default: false },
});
const aims = { idleBytes: 2048, startUpSeconds: 5, peakBytes: 4 * 2 ** 30, at: 100_000 };
const sizes = numbers(values.clients);
const cohort = Number(values.cohort);
const oneRun = fileURLToPath(new URL('one-run.mjs', import.meta.url));

const sampled = [];
for (const clients of sizes) sampled.push(await measured(clients, cohort));
const full = [];
for (const clients of numbers(values.full)) full.push(await measured(clients, clients));
// Where the population is smaller than the cohort, cost grows with the cohort: that is another question.
const fitted = sampled.filter(({ clients }) => clients >= cohort);
const exponents = {
  secondsPerRound: slope(fitted, ({ secondsPerRound }) => secondsPerRound),
  processorSecondsPerRound: slope(fitted, ({ processorSecondsPerRound }) => processorSecondsPerRound),
  peakBytes: slope(fitted, ({ peakBytes }) => peakBytes),
  startUpSeconds: slope(fitted, ({ startUpSeconds }) => startUpSeconds),
};
const machine = { processor: cpus()[0].model, workers: Number(values.workers), node: process.versions.node };
const result = { machine, cohort, rounds: Number(values.rounds), aims, sampled, full, exponents };
if (values.json) console.log(JSON.stringify(result, null, 2));
else print(result);

async function measured(clients, ofThem) {
  const overrides = [`clients=${clients}`, `schedule.cohort=${ofThem}`, `method.rounds=${values.rounds}`];
  const command = ['--expose-gc', oneRun, values.workers, ...overrides];
  if (!values.json)
    console.error(`${number(clients)} clients, ${number(Math.min(ofThem, clients))} a round …`);
  const { stdout } = await promisify(execFile)(process.execPath, command, { maxBuffer: 2 ** 24 });
  // One by one, for the larger sizes take minutes.
  console.error(stdout.trim());
  return { cohort: Math.min(ofThem, clients), ...JSON.parse(stdout) };
}

/** Exponent of the least-squares line through the logarithms: 0 constant, 1 proportional. */
function slope(runs, pick) {
  if (runs.length < 2) return null;
  const points = runs.map((run) => [Math.log(run.clients), Math.log(pick(run))]);
  const mean = (at) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const of = (f) => points.reduce((sum, point) => sum + f(point), 0);
  return of(([a, b]) => (a - x) * (b - y)) / of(([a]) => (a - x) ** 2);
}

function print({ machine: { processor, workers, node } }) {
  console.log(`${processor}, ${workers} workers, node ${node}; ${values.rounds} rounds, empty cache`);
  const base = fitted[0] ?? sampled[0];
  const smallest = sampled[0];
  console.log(
    `ratios to ${number(base.clients)} clients; idle clients against ${number(smallest.clients)} clients\n`,
  );
  table(
    [
      'clients',
      'a round',
      'round',
      '… processor',
      'peak',
      's a round',
      '… processor',
      'updates/s',
      'start-up s',
      '… processor',
      'wall s',
      'peak MB',
      'bytes an idle client: rss',
      'live',
      'at rest',
      'exchanged MB',
      'journal MB',
    ],
    [...sampled, ...full].map((run) => [
      number(run.clients),
      number(run.cohort),
      (run.secondsPerRound / base.secondsPerRound).toFixed(2),
      (run.processorSecondsPerRound / base.processorSecondsPerRound).toFixed(2),
      (run.peakBytes / base.peakBytes).toFixed(2),
      run.secondsPerRound.toFixed(2),
      run.processorSecondsPerRound.toFixed(2),
      run.updatesPerSecond.toFixed(0),
      run.startUpSeconds.toFixed(1),
      run.startUpProcessorSeconds.toFixed(1),
      run.wallSeconds.toFixed(1),
      megabytes(run.peakBytes),
      idleBytes(run, smallest, 'rss'),
      idleBytes(run, smallest, 'live'),
      number(Math.round((run.rested.live - run.idle.live) / run.active)),
      megabytes(run.bytes.up + run.bytes.down + run.bytes.once),
      megabytes(run.journalBytes),
    ]),
  );
  if (exponents.peakBytes !== null) {
    console.log(
      `\ngrowth with the population, from ${number(base.clients)} clients on: exponents of log–log fits`,
    );
    for (const [name, exponent] of Object.entries(exponents))
      console.log(`  ${name}: ${exponent.toFixed(3)}`);
  }
  const aimed = sampled.find(({ clients }) => clients === aims.at);
  if (!aimed) return;
  verdict('peak memory, MB', aimed.peakBytes / 1e6, aims.peakBytes / 1e6);
  verdict('start-up, s', aimed.startUpSeconds, aims.startUpSeconds);
  verdict(
    'an idle client, bytes',
    (aimed.idle.rss - smallest.idle.rss) / (aimed.clients - smallest.clients),
    aims.idleBytes,
  );
}

/** What each client more takes before anybody is asked. */
function idleBytes(run, smallest, kind) {
  if (run.clients <= 10 * smallest.clients) return '–';
  return number(Math.round((run.idle[kind] - smallest.idle[kind]) / (run.clients - smallest.clients)));
}

function verdict(what, value, aim) {
  console.log(
    `${value <= aim ? 'met' : 'MISSED'} at ${number(aims.at)} clients: ${what}: ${value.toFixed(1)}, aim ${aim.toFixed(1)}`,
  );
}

function numbers(text) {
  return text === '' ? [] : text.split(',').map(Number);
}

function number(value) {
  return value.toLocaleString('en');
}

function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}

function table(head, rows) {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  );
  for (const row of [head, ...rows])
    console.log(row.map((cell, column) => cell.padStart(widths[column])).join('  '));
}
