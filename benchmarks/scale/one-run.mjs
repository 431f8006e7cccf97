// One size, in a process of its own: prints what it took as JSON. Usage: node --expose-gc one-run.mjs WORKERS path=value …
import { recorded, residentMemory } from './recorded.mjs';

const [workers, ...overrides] = process.argv.slice(2);
let startUpSeconds = 0;
let idle;
let rested;
let startUpProcessorSeconds = 0;
let began = 0;
let last = 0;
let lastProcessor = 0;
const rounds = [];
const processorRounds = [];

/** Of all threads: other processes hardly disturb it. */
const processorSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const { result, jobs, journalBytes } = await recorded(overrides, Number(workers), {
  onReady() {
    // From the start of the process: modules, clients, workers with their engines.
    startUpSeconds = performance.now() / 1000;
    startUpProcessorSeconds = processorSeconds();
    idle = residentMemory();
    began = last = performance.now();
    lastProcessor = processorSeconds();
  },
  onStep({ name }) {
    const now = performance.now();
    const processor = processorSeconds();
    if (name === 'train') {
      rounds.push((now - last) / 1000);
      processorRounds.push(processor - lastProcessor);
    }
    // Those that have taken part are at rest, and nobody finishes yet.
    if (name === 'initialise' || name === 'train') rested = { ...rested, at: now };
    last = now;
    lastProcessor = processor;
    if (rounds.length === resultRounds() && !rested.memory) rested.memory = residentMemory();
  },
});

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function resultRounds() {
  return Number(overrides.find((override) => override.startsWith('method.rounds='))?.split('=')[1] ?? 20);
}

const updates = result.rounds.reduce((sum, { accepted }) => sum + accepted, 0);
console.log(
  JSON.stringify({
    clients: result.evaluation.of,
    evaluated: result.evaluation.clients,
    active: result.clients.length,
    rounds: result.rounds.length - 1,
    updates,
    jobs: jobs.computed,
    startUpSeconds,
    wallSeconds: performance.now() / 1000,
    secondsPerRound: median(rounds),
    processorSecondsPerRound: median(processorRounds),
    startUpProcessorSeconds,
    updatesPerSecond: updates / ((rested.at - began) / 1000),
    peakBytes: 1024 * process.resourceUsage().maxRSS,
    idle,
    rested: rested.memory,
    bytes: result.bytes,
    journalBytes,
    imageAuroc: result.mean.own.imageAuroc,
    journalDigest: result.journalDigest,
  }),
);
