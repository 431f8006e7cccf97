// Whether memory grows with the rounds: resident memory after garbage collection, round by round.
// Usage: npm run build && node --expose-gc benchmarks/scale/leaks.mjs [--rounds 500] [--from 50] [--clients 10] [--workers 2] [--json]
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { recorded, residentMemory } from './recorded.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '500' },
    from: { type: 'string', default: '50' },
    clients: { type: 'string', default: '10' },
    workers: { type: 'string', default: String(availableParallelism()) },
    json: { type: 'boolean', default: false },
  },
});
if (!globalThis.gc) throw new Error('start it with node --expose-gc');
const aim = 0.05;
const rounds = Number(values.rounds);
const from = Number(values.from);
const samples = [];
let round = 0;

const { result, jobs, journalBytes } = await recorded(
  [`clients=${values.clients}`, `method.rounds=${rounds}`],
  Number(values.workers),
  {
    onReady: () => undefined,
    onStep(step) {
      if (step.name !== 'train') return;
      round = step.round;
      if (round % from === 0) samples.push({ round, ...residentMemory() });
    },
  },
);
const [first, last] = [samples[0], samples.at(-1)];
const growth = { rss: last.rss / first.rss - 1, live: last.live / first.live - 1 };
if (values.json) {
  const machine = { processor: cpus()[0].model, node: process.versions.node };
  console.log(JSON.stringify({ machine, rounds, jobs, journalBytes, samples, growth, aim }, null, 2));
} else {
  console.log(
    `${cpus()[0].model}, node ${process.versions.node}; ${values.clients} clients, ${jobs.computed} jobs`,
  );
  console.log('round   resident MB   live in V8 MB');
  for (const { round: at, rss, live } of samples)
    console.log(
      `${String(at).padStart(5)}   ${(rss / 1e6).toFixed(1).padStart(11)}   ${(live / 1e6).toFixed(1).padStart(13)}`,
    );
  console.log(`journal ${(journalBytes / 1e6).toFixed(1)} MB, digest ${result.journalDigest.slice(0, 16)}`);
  const percent = (100 * growth.rss).toFixed(1);
  console.log(
    `${growth.rss < aim ? 'met' : 'MISSED'}: round ${last.round} against round ${first.round}: ${percent} %, aim below ${100 * aim} %`,
  );
}
