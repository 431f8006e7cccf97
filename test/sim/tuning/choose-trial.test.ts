import { describe, expect, it } from 'vitest';
import { asValidation, chooseTrial, meanOfViews } from '../../../src/sim/tuning/choose-trial.js';
import { sampleResult } from '../study/store/samples.js';

const measured = (auroc: number | null, global?: number) =>
  asValidation(
    sampleResult(auroc, {
      split: 'validation',
      mean: {
        own: { ...sampleResult(auroc).mean.own!, imageAuroc: auroc },
        ...(global !== undefined && {
          global: { ...sampleResult(global).mean.own!, imageAuroc: global },
        }),
      },
    }),
  );

describe('choosing settings', () => {
  it('takes the highest mean over results and views, of equal ones the first', () => {
    const trials = [
      { settings: 'a', results: [measured(0.9, 0.5), measured(0.6, 0.6)] },
      { settings: 'b', results: [measured(0.7, 0.8), measured(0.6, 0.7)] },
      { settings: 'c', results: [measured(0.8, 0.7), measured(0.7, 0.6)] },
    ];
    const { trial, figure } = chooseTrial(trials);
    expect(trial.settings).toBe('b');
    expect(figure).toBeCloseTo(0.7, 12);
    expect(meanOfViews(measured(0.9, 0.5))).toBeCloseTo(0.7, 12);
    expect(meanOfViews(measured(0.9))).toBe(0.9);
  });

  it('refuses figures that are to be reported, also from callers without types', () => {
    const reported = sampleResult(0.9);
    expect(() => asValidation(reported)).toThrow(/test split/);
    // @ts-expect-error figures of the test split are no ValidationResult
    expect(() => chooseTrial([{ settings: 1, results: [reported] }])).toThrow(/test split/);
  });

  it('refuses to choose by nothing', () => {
    expect(() => chooseTrial([])).toThrow(/no trial/);
    expect(() => chooseTrial([{ settings: 1, results: [] }])).toThrow(/no trial/);
    expect(() => chooseTrial([{ settings: 1, results: [measured(null)] }])).toThrow(/not defined/);
  });
});
