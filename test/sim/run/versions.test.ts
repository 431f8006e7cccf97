import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createWasmEngine } from '../../../src/model/engine/tfjs/wasm.js';
import { libraryVersion } from '../../../src/sim/run/library-version.js';
import { engineVersions, packageVersions, versionsOfResults } from '../../../src/sim/run/versions.js';

const installed = (name: string) =>
  (JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as { version: string }).version;

it.each(['ml-matrix', 'ml-kmeans', 'fast-bmp', '@tensorflow/tfjs-core'])(
  'finds the installed version of %s, whatever it exports',
  (name) => {
    expect(libraryVersion(name)).toBe(installed(name));
  },
);

it('names a library that is not there', () => {
  expect(() => libraryVersion('no-such-library')).toThrow('no-such-library');
});

it('has in every result the libraries that jobs compute with', () => {
  expect(packageVersions()).toMatchObject({
    'ml-matrix': installed('ml-matrix'),
    'ml-kmeans': installed('ml-kmeans'),
  });
});

it.each(['onnx', 'wasm'])('has them in the keys of jobs of %s', (engine) => {
  const versions = versionsOfResults(engine, engineVersions(engine, { version: '1', device: 'cpu' }));
  expect(versions).toMatchObject({
    engine: `${engine}: 1`,
    'ml-matrix': installed('ml-matrix'),
    'ml-kmeans': installed('ml-kmeans'),
  });
  // The bits of wasm are those of every machine, and of every Node.
  expect(Object.hasOwn(versions, 'node')).toBe(engine === 'onnx');
  expect(Object.hasOwn(versions, 'cpu')).toBe(engine === 'onnx');
});

it('has both libraries of wasm in what that engine says of itself', async () => {
  const engine = await createWasmEngine();
  expect(engine.version).toContain(`tfjs-core ${installed('@tensorflow/tfjs-core')}`);
  expect(engine.version).toContain(`tfjs-backend-wasm ${installed('@tensorflow/tfjs-backend-wasm')}`);
  await engine.dispose();
});
