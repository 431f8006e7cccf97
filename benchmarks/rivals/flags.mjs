// What the command line says.
import { parseArgs } from 'node:util';
import { badInput, messageOf } from '../../dist/base/errors.js';

export const usage = `node benchmarks/rivals/rivals.mjs [flags]     (after npm run build, with FEDDYMEM_DATA)

  --tune, --test, --write  only these phases (default: all three)
  --only federations=a,b   test only on these; tuning is always on the same ones
  --only methods=a,b       only these methods, or rows by name
  --seeds <n>              seeds of the test, from 1 on (default: 3)
  --minutes <n>            begin no run after so many minutes; write what is there
  --keep-stale             accept figures of an earlier version of the code
  --out <folder>           folders of runs (default: studies/rivals)
  --figures <file>         figures of finished runs (default: benchmarks/rivals/figures.json)
  --page <file>            the page to write (default: docs/results.md)
  --workers <n>            worker threads (default: one a core)
  --dry-run                say what would be run, and run nothing`;

/** @param {string[]} given */
export function readFlags(given) {
  const values = parsed(given);
  const phases = ['tune', 'test', 'write'].filter((phase) => values[phase]);
  return {
    phases: phases.length > 0 ? phases : ['tune', 'test', 'write'],
    only: onlyOf(values.only ?? []),
    seeds: Array.from({ length: positive(values.seeds, 'seeds', 3) }, (_, index) => index + 1),
    minutes: positive(values.minutes, 'minutes', Infinity),
    workers: positive(values.workers, 'workers', undefined),
    keepStale: values['keep-stale'] ?? false,
    dryRun: values['dry-run'] ?? false,
    help: values.help ?? false,
    out: values.out ?? 'studies/rivals',
    figures: values.figures ?? 'benchmarks/rivals/figures.json',
    page: values.page ?? 'docs/results.md',
  };
}

function parsed(args) {
  const text = { type: 'string' };
  const yes = { type: 'boolean' };
  const options = {
    ...{ tune: yes, test: yes, write: yes, 'keep-stale': yes, 'dry-run': yes, help: yes },
    ...{ only: { type: 'string', multiple: true }, seeds: text, minutes: text, workers: text },
    ...{ out: text, figures: text, page: text },
  };
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw badInput(messageOf(error), usage, error);
  }
}

/** @returns {{ federations?: string[], methods?: string[] }} */
function onlyOf(texts) {
  const only = {};
  for (const text of texts) {
    const [, what, names] = /^(federations|methods)=(.+)$/.exec(text) ?? [];
    if (what === undefined)
      throw badInput(
        `--only ${text}: expected federations=… or methods=…`,
        'For example --only methods=local,pooled.',
      );
    only[what] = [...(only[what] ?? []), ...names.split(',')];
  }
  return only;
}

function positive(text, name, otherwise) {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (value > 0 && (name === 'minutes' || Number.isInteger(value))) return value;
  throw badInput(`--${name} ${text}: expected a number above 0`, `For example --${name} 3.`);
}
