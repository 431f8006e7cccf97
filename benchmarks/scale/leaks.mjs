// Whether memory grows with the rounds: resident memory, round by round, after every thread has collected its garbage.
// Usage: npm run build && node benchmarks/scale/leaks.mjs [--rounds 500] [--every 50] [--clients 10] [--workers 2]
//        [--young full] [--json]
// --young full: the part of V8's heaps in which objects are born has its full size from the start; grown: V8 lets it grow,
// as in any process, which it does once objects have survived often enough.
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { readFlags } from '../support/flags.mjs';
import { recorded, residentMemory } from './recorded.mjs';

const usage = `node benchmarks/scale/leaks.mjs [flags]     (after npm run build)

  --rounds <n>      default: 500
  --every <n>       rounds between two looks (default: 50)
  --clients <n>     default: 10
  --workers <n>     worker threads (default: one a core)
  --young <state>   V8's part for new objects: full from the start (default), or grown as usual
  --json            print JSON`;
const { values } = readFlags(usage, {
  rounds: { type: 'string', default: '500' },
  every: { type: 'string', default: '50' },
  clients: { type: 'string', default: '10' },
  workers: { type: 'string', default: String(availableParallelism()) },
  young: { type: 'string', default: 'full' },
  json: { type: 'boolean', default: false },
});
const aim = 0.05;
/** MB; what V8 lets a half of that part grow to. */
const youngFlags = { full: ['--min-semi-space-size=16'], grown: [] };

if (globalThis.gc) await measure();
else process.exitCode = again();

/** Flags of V8 are a process's own. */
function again() {
  const young = youngFlags[values.young];
  if (!young) throw new Error(`--young: ${values.young} is neither full nor grown`);
  const collect = new URL('collect.mjs', import.meta.url).href;
  const flags = ['--expose-gc', ...young, '--import', collect];
  const self = fileURLToPath(import.meta.url);
  return spawnSync(process.execPath, [...flags, self, ...process.argv.slice(2)], { stdio: 'inherit' }).status;
}

async function measure() {
  const { collectEverywhere } = await import('./collect.mjs');
  const rounds = Number(values.rounds);
  const every = Number(values.every);
  const samples = [];
  const { result, jobs, journalBytes } = await recorded(
    [`clients=${values.clients}`, `method.rounds=${rounds}`],
    Number(values.workers),
    {
      onReady: () => undefined,
      onStep({ name, round }) {
        if (name !== 'train') return;
        // A worker collects between two jobs: it has had some since.
        if (round % every === every - 2 || round % every === every - 1) collectEverywhere();
        if (round % every === 0) samples.push({ round, ...residentMemory() });
      },
    },
  );
  const [first, last] = [samples[0], samples.at(-1)];
  const growth = { rss: last.rss / first.rss - 1, live: last.live / first.live - 1 };
  if (values.json) {
    const machine = { processor: cpus()[0].model, node: process.versions.node };
    const run = { rounds, young: values.young, jobs, journalBytes };
    console.log(JSON.stringify({ machine, ...run, samples, growth, aim }, null, 2));
    return;
  }
  console.log(
    `${cpus()[0].model}, node ${process.versions.node}; ${values.clients} clients, ${jobs.computed} jobs`,
  );
  console.log('round   resident MB   live in V8 MB, main thread');
  for (const { round, rss, live } of samples)
    console.log(
      `${String(round).padStart(5)}   ${(rss / 1e6).toFixed(1).padStart(11)}   ${(live / 1e6).toFixed(1).padStart(13)}`,
    );
  console.log(`journal ${(journalBytes / 1e6).toFixed(1)} MB, digest ${result.journalDigest.slice(0, 16)}`);
  const percent = (100 * growth.rss).toFixed(1);
  console.log(
    `${growth.rss < aim ? 'met' : 'MISSED'}: round ${last.round} against round ${first.round}: ${percent} %, aim below ${100 * aim} %`,
  );
}
