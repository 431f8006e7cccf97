import { describe, expect, it } from 'vitest';
import { honestUploads } from './honest-uploads.js';

describe.each([
  ['feddymem', [], ['moments', 'initialise', 'train', 'calibrate', 'finish']],
  ['feddymem with second moments', ['method.alignment=pca'], ['covariance', 'train']],
  ['feddymem in the space of the features', ['method.alignment=none'], ['train']],
  ['feddymem in f32', ['method.precision=f32'], ['train']],
  ['feddymem in int8', ['method.precision=int8'], ['train']],
  ['feddymem without reduction', ['method.reduce=none'], ['train']],
  ['feddymem without calibration', ['method.calibration=none'], ['train', 'finish']],
  ['fedavg-cfa', ['method.name=fedavg-cfa'], ['moments', 'initialise', 'train', 'finish']],
  [
    'fedavg-cfa of a deeper head',
    ['method.name=fedavg-cfa', 'method.training.generator=residual-mlp'],
    ['train'],
  ],
  [
    'fedavg-svdd, which sets nothing aside',
    ['method.name=fedavg-svdd', 'method.alignment=minor'],
    ['covariance', 'initialise', 'train'],
  ],
  ['feddymem whose slots blend', ['method.reduce=soft'], ['train']],
  ['feddymem of changes', ['method.delta=slots', 'method.memory.start=previous'], ['train']],
  ['feddymem of changes in int8', ['method.delta=slots', 'method.precision=int8'], ['train']],
  [
    'feddymem of embeddings',
    ['method.space=embedding', 'method.alignment=minor-within'],
    ['covariance', 'train'],
  ],
  ['fed-patchcore', ['method.name=fed-patchcore'], ['initialise', 'calibrate']],
  ['fed-proto', ['method.name=fed-proto', 'method.precision=int8'], ['initialise', 'calibrate']],
  ['local', ['method.name=local'], ['initialise', 'train', 'finish']],
] as const)('what an honest client of %s sends', (_, changes, steps) => {
  it('is accepted at every step', async () => {
    const { samples, method } = await honestUploads(...changes);
    expect([...samples.keys()]).toEqual(expect.arrayContaining([...steps]));
    for (const [step, given] of samples) {
      for (const { message, inspection } of given)
        expect(() => method.inspect[step](message, inspection)).not.toThrow();
    }
  });
});
