import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { decodeSafetensors } from '../../src/base/safetensors.js';
import { decodeDetector } from '../../src/model/score/detector.js';
import { detectorClients, detectorTensors, memoryFile } from '../../src/sim/output/memory-file.js';
import { scoreNewImages } from '../../src/sim/run/score-new-images.js';
import { runTiny, temporaryFolder } from '../support/tiny.js';

it("a run's file holds detectors that are networks, and they score new images", async () => {
  const run = await runTiny({ method: { name: 'fedavg-simplenet', rival: { hidden: 8 } } });
  const memory = decodeSafetensors(memoryFile(run), 'the memory file');
  const clients = detectorClients(memory);
  expect(clients).toEqual(['client-1', 'client-2', 'client-3']);
  const tensors = detectorTensors(memory, clients[0]);
  expect(decodeDetector(tensors, 'linear')).toMatchObject({ network: 'simplenet' });

  const random = Buffer.from(Uint8Array.from({ length: 64 * 64 * 3 }, (_, at) => (at * 7919) % 251));
  const picture = join(temporaryFolder(), 'picture.png');
  const raw = { width: 64, height: 64, channels: 3 } as const;
  writeFileSync(picture, await sharp(random, { raw }).png().toBuffer());
  const [scored] = await scoreNewImages(run.scenario, tensors, [picture]);
  expect(Number.isFinite(scored.score)).toBe(true);
  // Not calibrated: the colours span what there is.
  expect(scored.sheet.low).toBe(Math.min(...scored.sheet.map));
  expect(scored.sheet.high).toBe(Math.max(...scored.sheet.map));
});
