import { expect, it } from 'vitest';
import type { BlobReference } from '../../../src/base/blob.js';
import { sha256 } from '../../../src/base/hash.js';
import { encodeSafetensors } from '../../../src/base/safetensors.js';
import { vectorTensor } from '../../../src/base/tensor.js';
import { createBlobStore } from '../../../src/sim/run/blob-store.js';
import { inspector } from '../../../src/sim/run/inspect.js';
import { preparedSwarm } from './samples.js';

const { federation } = await preparedSwarm();
const step = federation.steps.find(({ name }) => name === 'initialise')!;

it('refuses an upload for what is wrong with it, and not for what the server has lost', () => {
  const store = createBlobStore();
  const inspect = inspector(federation, store);
  const bytes = encodeSafetensors({ nonsense: vectorTensor(Float32Array.of(1)) });
  const upload = store.put({ hash: sha256(bytes), bytes });
  const lost: BlobReference = { hash: sha256('lost'), bytes: 4 };
  expect(inspect(step, 'client-1', upload, {})).toMatch(/./);
  expect(() => inspect(step, 'client-1', upload, { moments: lost })).toThrow('is gone');
  expect(() => inspect(step, 'client-1', lost, {})).toThrow('is gone');
});
