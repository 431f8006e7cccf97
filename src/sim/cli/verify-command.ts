import { Command } from 'commander';
import { join } from 'node:path';
import { badInput, FeddymemError, messageOf, runFailed } from '../../base/errors.js';
import { readCachedPayload } from '../compare/cached-payload.js';
import { explainDivergence } from '../compare/explain.js';
import { firstDivergence, type Divergence } from '../compare/first-divergence.js';
import { readJournal } from '../compare/read-journal.js';
import { divergenceJson, renderDivergence } from '../compare/render.js';
import { readManifest, type Manifest } from '../output/manifest.js';
import { changedFiles } from '../output/module-hashes.js';
import { plural } from '../report/format.js';
import { codeOfRuns } from '../run/code-fingerprint.js';
import { prepareRun, type PreparedRun } from '../run/prepare.js';
import { simulate } from '../run/simulate.js';
import { packageVersions } from '../run/versions.js';
import { integer } from './arguments.js';
import { cacheFolder } from './cache-folder.js';
import { interruptible } from './interruption.js';
import { progressDisplay } from './progress.js';

interface VerifyFlags {
  readonly data?: string;
  readonly workers?: number;
  readonly json?: boolean;
}

export function verifyCommand(): Command {
  return new Command('verify')
    .description('Compute a run again from its manifest, past all stored results, and compare.')
    .argument('<run>', 'folder of a finished run')
    .option('--data <folder>', 'folder of images and weights (default: FEDDYMEM_DATA)')
    .option('--workers <n>', 'worker threads (default: one a core)', integer(1))
    .option('--json', 'print the finding as JSON')
    .addHelpText(
      'after',
      `
Exits with 0 where every event is the same, with 1 and the first divergence where one is not.

Examples:
  $ feddymem verify runs/demo-1`,
    )
    .action(verify);
}

async function verify(folder: string, flags: VerifyFlags): Promise<void> {
  const manifest = await readManifest(folder);
  const recorded = await readJournal(join(folder, 'journal.jsonl'));
  if (recorded.damaged) {
    throw badInput(
      `${join(folder, 'journal.jsonl')} is damaged from line ${recorded.damaged.line} on: ${recorded.damaged.reason}`,
      'Only a whole journal can be verified.',
    );
  }
  const { lines, failure } = await recompute(manifest, flags);
  const divergence = firstDivergence(
    recorded.lines.map(({ text }) => text),
    lines,
  );
  if (failure !== undefined && !divergence)
    throw runFailed(`computed now, the run fails: ${messageOf(failure)}`, undefined, failure);
  await report(manifest, recorded.digest, lines.length, divergence, flags);
}

/** The journal of the run computed anew; where that fails, up to there. Nothing is scored: scores are not in it. */
async function recompute(
  manifest: Manifest,
  { data, workers }: VerifyFlags,
): Promise<{ lines: string[]; failure: unknown }> {
  const display = progressDisplay(process.stderr);
  const interruption = interruptible();
  const lines: string[] = [];
  let prepared: PreparedRun | undefined;
  try {
    const options = { dataFolder: data, cacheFolder: cacheFolder(), workers, results: 'recompute' } as const;
    const { signal } = interruption;
    prepared = await prepareRun(manifest.segments, { ...options, signal }, (progress) => {
      display.show({ kind: 'features', ...progress });
    });
    const { federation, steps, store } = prepared;
    await simulate(federation, {
      run: steps.run,
      fetch: steps.fetch,
      store,
      signal,
      onJournalLine: (line) => lines.push(line),
    });
    await steps.flush();
    return { lines, failure: undefined };
  } catch (error) {
    if (interruption.signal.aborted)
      throw new FeddymemError('interrupted', 'interrupted', undefined, { cause: error });
    if (!prepared) throw error;
    return { lines, failure: error };
  } finally {
    display.end();
    interruption.stop();
    await prepared?.close();
  }
}

async function report(
  manifest: Manifest,
  digest: string,
  events: number,
  divergence: Divergence | null,
  { json = false }: VerifyFlags,
): Promise<void> {
  const changed = [...changedSince(manifest), ...changedFiles(manifest)];
  if (!divergence) {
    process.stdout.write(
      json
        ? `${JSON.stringify({ equal: true, events, digest, changed }, null, 2)}\n`
        : `equal: ${plural(events, 'event')}, digest ${digest}\n`,
    );
    return;
  }
  const cache = cacheFolder();
  const explained = await explainDivergence(divergence, (hash) => readCachedPayload(cache, hash));
  process.stdout.write(
    json
      ? `${JSON.stringify({ equal: false, changed, divergence: divergenceJson(explained) }, null, 2)}\n`
      : `A  the recorded run\nB  computed now\n\n${renderDivergence(explained)}\n${changedText(changed)}`,
  );
  process.exitCode = 1;
}

/** What is not as it was when the run was made, and may be why. */
function changedSince({ versions, code }: Manifest): string[] {
  const now: Record<string, string | undefined> = packageVersions();
  const names = [...new Set([...Object.keys(versions), ...Object.keys(now)])].sort();
  const changed = names
    .filter((name) => versions[name] !== now[name])
    .map((name) => `${name}: ${versions[name] ?? 'none'} → ${now[name] ?? 'none'}`);
  return code === codeOfRuns() ? changed : [...changed, "feddymem's own code"];
}

function changedText(changed: readonly string[]): string {
  return changed.length === 0 ? '' : `\nchanged since: ${changed.join('; ')}\n`;
}
