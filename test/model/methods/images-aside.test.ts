import { expect, it } from 'vitest';
import { patchCounts } from '../../../src/model/methods/costs.js';
import { imagesAside } from '../../../src/model/methods/images-aside.js';
import { preparedSwarm, play, isFinished } from '../../sim/run/samples.js';

const aside = (images: number, calibrationShare: number) =>
  imagesAside(images, { calibration: 'distance-statistics', calibrationShare });

it('a share of the images is set aside, at least one, never all of several', () => {
  expect([1, 2, 5, 10].map((images) => aside(images, 0.2))).toEqual([1, 1, 1, 2]);
  expect([1, 2, 5, 10].map((images) => aside(images, 0.95))).toEqual([1, 1, 4, 9]);
  expect(imagesAside(5, { calibration: 'none', calibrationShare: 0.9 })).toBe(0);
});

it('a share that rounds up to all images leaves one to train on, and is counted so', async () => {
  const run = await preparedSwarm('method.calibrationShare=0.95', 'method.rounds=1');
  const outcome = await play(run);
  expect(isFinished(outcome)).toBe(true);
  const { settings } = run.federation.segments[0];
  for (const client of run.federation.participants) {
    const { trainingImages, patchesPerImage } = run.federation.sizesOf(client);
    expect(patchCounts({ trainingImages, patchesPerImage }, settings)).toEqual({
      training: patchesPerImage,
      calibration: (trainingImages - 1) * patchesPerImage,
    });
  }
});
