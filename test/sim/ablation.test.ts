import { describe, expect, it } from 'vitest';
import { runTiny } from '../support/tiny.js';

/** Every part by every name it is known by, where that differs from the default. */
const changes: readonly [string, Record<string, unknown>][] = [
  ['alignment none', { alignment: 'none' }],
  ['alignment pca', { alignment: 'pca' }],
  ['alignment orthogonal', { alignment: 'orthogonal' }],
  ['alignment minor-within', { alignment: 'minor-within' }],
  ['generator none', { training: { generator: 'none' } }],
  ['generator residual-mlp', { training: { generator: 'residual-mlp' } }],
  ['loss none', { training: { loss: 'none' } }],
  ['loss attract', { training: { loss: 'attract' } }],
  ['loss noise', { training: { loss: 'noise' } }],
  ['loss info-nce', { training: { loss: 'info-nce' } }],
  ['spread penalty', { training: { spreadPenalty: 1 } }],
  ['space embedding', { space: 'embedding' }],
  ['replay others-slots', { training: { replay: 'others-slots' } }],
  ['replay none', { training: { replay: 'none' } }],
  ['update ema', { update: 'ema' }],
  ['update none', { update: 'none' }],
  ['reduce uniform-mean', { reduce: 'uniform-mean' }],
  ['reduce soft', { reduce: 'soft' }],
  ['reduce random', { reduce: 'random' }],
  ['reduce coreset', { reduce: 'coreset' }],
  ['start previous', { memory: { global: 20, start: 'previous' } }],
  ['reduce none', { reduce: 'none' }],
  ['aggregation none', { aggregation: 'none' }],
  ['aggregation random', { aggregation: 'random' }],
  ['aggregation coreset', { aggregation: 'coreset' }],
  ['aggregation ml-kmeans', { aggregation: 'ml-kmeans' }],
  ['calibration none', { calibration: 'none' }],
  ['anchors global', { anchors: 'global' }],
  ['image score max', { imageScore: 'max' }],
  ['image score smooth-top-20', { imageScore: 'smooth-top-20' }],
  ['precision f32', { precision: 'f32' }],
  ['precision int8', { precision: 'int8' }],
];

describe('a part replaced by name', async () => {
  // Fewer global slots than uploaded ones, so that the server has something to aggregate.
  const memory = { global: 20 };
  const full = await runTiny({ method: { memory } });

  it.each(changes)('%s runs, and is not the full method', async (_, method) => {
    const run = await runTiny({ method: { memory, ...method } });
    const { result } = run;
    expect(result.mean.own!.imageAuroc!).toBeGreaterThan(0.5);
    expect(result.mean.global!.imageAuroc!).toBeGreaterThan(0.5);
    const scores = ({ scores: { entries } }: typeof full) => entries.map((entry) => [...entry.scores]);
    expect(scores(run)).not.toEqual(scores(full));
  });

  it('sends fewer bytes with f16 than with f32, and fewer still with int8', async () => {
    const bytes = async (precision: string) =>
      (await runTiny({ method: { precision } })).result.rounds[1].bytesUp;
    const [wide, half, quarter] = [await bytes('f32'), await bytes('f16'), await bytes('int8')];
    expect(half).toBeLessThan(wide);
    expect(quarter).toBeLessThan(half);
  });
});
