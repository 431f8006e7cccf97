import { describe, expect, it } from 'vitest';
import { auroc } from '../../src/model/metrics/auroc.js';
import { clientTable } from '../../src/sim/cli/table.js';
import { evaluatedOf, sampleNote } from '../../src/sim/report/evaluated.js';
import { summarySentence } from '../../src/sim/report/summary.js';
import { runScenario, type FinishedRun, type RunOptions } from '../../src/sim/run/run-scenario.js';
import { loadScenario, parseOverride } from '../../src/sim/scenario/load.js';
import { temporaryFolder } from './store/samples.js';

const cacheFolder = temporaryFolder();
const small = ['clients=12', 'schedule.cohort=4', 'method.rounds=2', 'evaluate.rounds=[own]'];

/** scenarios/scale.yaml with twelve clients, four a round. */
async function run(
  changes: readonly string[],
  options: Partial<RunOptions> = {},
): Promise<FinishedRun & { readonly lines: readonly string[] }> {
  const lines: string[] = [];
  const scenario = await loadScenario('scenarios/scale.yaml', [...small, ...changes].map(parseOverride));
  const finished = await runScenario(scenario, {
    ...{ cacheFolder, workers: 'inline', onJournalLine: (line: string) => lines.push(line) },
    ...options,
  });
  return { ...finished, lines };
}

const withoutTime = ({ result }: FinishedRun) => ({ ...result, wallSeconds: null });
const asked = ({ lines }: { readonly lines: readonly string[] }, step: string) =>
  lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line.event === 'sent' && line.kind === 'broadcast' && line.step === step)
    .map(({ to }) => to);

describe('a sample of the clients', () => {
  it('alone finishes and is evaluated; whoever else took part has its costs', async () => {
    const sampled = await run(['evaluate.clients=3']);
    const { clients, evaluation, mean } = sampled.result;
    const evaluated = clients.filter(({ own }) => own).map(({ id }) => id);
    expect(evaluation).toEqual({ clients: 3, of: 12 });
    expect(evaluated).toHaveLength(3);
    expect(asked(sampled, 'calibrate')).toEqual(evaluated);
    expect(asked(sampled, 'finish')).toEqual(evaluated);
    const others = clients.filter(({ own }) => !own);
    for (const { global, unseen, bytesUp } of others)
      expect([global, unseen, bytesUp > 0]).toEqual([undefined, undefined, true]);
    expect(others.length).toBeLessThan(9);
    const total = clients.reduce((sum, { bytesUp, bytesDown }) => sum + bytesUp + bytesDown, 0);
    const { up, down, once } = sampled.result.bytes;
    expect(total).toBe(up + down + once);
    expect(mean.own?.imageAuroc).toBeTypeOf('number');
    expect([...sampled.states.clients.keys()]).toEqual(evaluated);
  });

  it('is the same whatever the number of workers', async () => {
    const [inline, two] = await Promise.all(
      (['inline', 2] as const).map((workers) => run(['evaluate.clients=3'], { workers, results: 'off' })),
    );
    expect(withoutTime(two)).toEqual(withoutTime(inline));
    expect(two.lines).toEqual(inline.lines);
  });

  it('of all is all: the same events and figures as without a word', async () => {
    const all = await run(['evaluate.clients=12']);
    const silent = await run(['evaluate={rounds: [own]}']);
    expect(silent.result).not.toHaveProperty('evaluation');
    expect(all.lines).toEqual(silent.lines);
    const { evaluation, ...rest } = withoutTime(all);
    expect(evaluation).toEqual({ clients: 12, of: 12 });
    expect(rest).toEqual(withoutTime(silent));
  });

  it('scores as its clients do when all are evaluated, where none learns from the others at the end', async () => {
    const changes = ['method.calibration=none'];
    const [all, sampled] = [await run(changes), await run([...changes, 'evaluate.clients=3'])];
    const members = evaluatedOf(sampled.result).map(({ id }) => id);
    for (const { id, own, global } of evaluatedOf(sampled.result)) {
      expect(own).toEqual(all.result.clients.find((client) => client.id === id)!.own);
      // The union is that of the sample.
      const parts = members.map((images) => ({
        scores: [...all.scores.of(id, images)!.scores],
        labels: all.clients.find((client) => client.id === images)!.test.map(({ label }) => label),
      }));
      const scores = Float32Array.from(parts.flatMap((part) => part.scores));
      const labels = Uint8Array.from(parts.flatMap((part) => part.labels));
      expect(global!.imageAuroc).toBe(auroc(scores, labels).value);
    }
    expect(sampled.result.rounds.map(({ loss }) => loss)).toEqual(all.result.rounds.map(({ loss }) => loss));
  });

  it('is spoken of wherever its figures are', async () => {
    const { result } = await run(['evaluate.clients=3']);
    expect(summarySentence(result)).toMatch(/with 12 clients, of which a sample of 3 was evaluated, mean/);
    expect(sampleNote(result)!.text).toMatch(/3 of the\s+12 clients/);
    expect(clientTable(result).split('\n')).toHaveLength(5);
    expect(sampleNote({ ...result, evaluation: undefined })).toBeNull();
  });

  it('is asked for where all would be too many', async () => {
    await expect(run(['clients=1000', 'evaluate={}'])).rejects.toThrow(
      /1000 clients are too many to evaluate each on the test images of all/,
    );
  });
});
