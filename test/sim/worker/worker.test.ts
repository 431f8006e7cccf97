import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runTask } from '../../../src/sim/worker/worker.js';
import { temporaryFolder } from '../../support/tiny.js';

it('opens a bench again that could not be opened before', async () => {
  const folder = temporaryFolder();
  const weights = join(folder, 'weights.safetensors');
  const backbone = { name: 'resnet18', path: weights, layers: ['layer2'], size: 64, ring: 0 } as const;
  const environment = { engine: 'onnx', provider: 'cpu', backbone, cacheFolder: folder } as const;
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const failure = async () => {
    const answer = await runTask({ environment, job: { kind: 'engine' }, stop });
    return 'failure' in answer ? answer.failure.message : null;
  };
  const missing = await failure();
  expect(missing).toContain(weights);
  writeFileSync(weights, 'no weights');
  expect(await failure()).not.toBe(missing);
});
