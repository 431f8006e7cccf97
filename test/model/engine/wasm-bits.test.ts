import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { afterAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/base/hash.js';
import { stream } from '../../../src/base/random.js';
import { matrix } from '../../../src/base/tensor.js';
import { bankOfPoints } from '../../../src/memory/memory-bank.js';
import { extractMaps } from '../../../src/model/backbone/backbone.js';
import { orientedFilters } from '../../../src/model/backbone/oriented-filters.js';
import { initialTrainingState, type Engine, type Output } from '../../../src/model/engine/engine.js';
import { createTfjsEngine } from '../../../src/model/engine/tfjs/engine.js';
import { createWasmEngine } from '../../../src/model/engine/tfjs/wasm.js';
import { generators } from '../../../src/model/generator/generator.js';
import { trainGenerator } from '../../../src/model/loss/training.js';
import { engineDistances } from '../../../src/model/routines/nearest.js';

function numbers(rows: number, columns: number, name: string) {
  const random = stream(1, 'bits', name);
  const data = Float32Array.from({ length: rows * columns }, () => random.normal());
  return matrix(rows, columns, data);
}

function digest(blocks: readonly Output[]): string {
  return sha256(Buffer.concat(blocks.map((block) => new Uint8Array(block.buffer)))).slice(0, 16);
}

/** What engine wasm computes on every machine; whoever changes an operation on purpose puts the new digests here. */
const golden = {
  elements: '4a9826e4f3bc530e',
  images: 'ae2679d698822173',
  filters: 'b437b95ab7565fea',
  nearest: '77046fbb2f1a4bc1',
  training: 'c66d08ed00c6663c',
};

async function digests(engine: Engine): Promise<typeof golden> {
  const elements = engine.compile('elements', [[40, 70], [70, 30], [30]], (ops, [a, b, c]) => [
    ops.matmul(a, b),
    ops.divide(ops.exp(a), ops.add(ops.sqrt(ops.square(a)), 0.1)),
    ops.log(ops.add(ops.square(b), 0.1)),
    ops.multiply(b, c),
    ops.sum(a, [0]),
    ops.mean(b),
  ]);
  const images = engine.compile('images', [[1, 5, 13, 17], [8, 5, 3, 3], [8]], (ops, [a, w, b]) => [
    ops.convolve(a, w, b, { stride: 2, padding: 1 }),
    ops.averagePool(a, 3, 1, 1),
    ops.maxPool(a, 3, 2, 1),
    ops.resizeBilinear(a, 26, 31),
  ]);
  const random = stream(1, 'bits', 'pixels');
  const pixels = Uint8Array.from({ length: 32 * 32 * 3 }, () => random.integer(256));
  const near = await engineDistances(engine).nearest(numbers(90, 20, 'points'), numbers(70, 20, 'slots'), 6);
  const { state } = await trainGenerator(
    engine,
    {
      generator: 'residual-mlp',
      loss: 'hypersphere',
      replay: 'none',
      replayShare: 0,
      steps: 20,
      batchSize: 32,
      learningRate: 1e-3,
    },
    {
      points: numbers(100, 18, 'patches'),
      local: bankOfPoints(numbers(11, 18, 'local')),
      global: bankOfPoints(numbers(7, 18, 'global')),
      squaredRadius: 20,
    },
    initialTrainingState(generators['residual-mlp'].initialise(18, stream(1, 'bits', 'start'))),
    stream(1, 'bits', 'training'),
  );
  return {
    elements: digest(
      await elements.run([numbers(40, 70, 'a').data, numbers(70, 30, 'b').data, numbers(1, 30, 'c').data]),
    ),
    images: digest(
      await images.run([numbers(5, 221, 'i').data, numbers(8, 45, 'w').data, numbers(1, 8, 'o').data]),
    ),
    filters: digest([await extractMaps(engine, orientedFilters(32), pixels)]),
    nearest: digest([near.indices, near.squared]),
    training: digest(state.parameters),
  };
}

describe('bits of engine wasm', () => {
  const folder = mkdtempSync(join(tmpdir(), 'feddymem-wasm-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are the same on every machine', async () => {
    expect(await digests(await createWasmEngine())).toEqual(golden);
  });

  /**
   * XNNPACK, inside the binary, picks its kernels by whether it guesses an x86 processor underneath, by the sign of
   * ∞ − ∞. Turning that guess round shows on one machine what the others compute.
   */
  it('do not depend on the processor that the binary believes to run on', async () => {
    await createWasmEngine();
    const source = join(
      dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json')),
      'dist',
    );
    for (const name of readdirSync(source)) {
      if (name.endsWith('.wasm')) copyFileSync(join(source, name), join(folder, name));
    }
    const binary = join(folder, 'tfjs-backend-wasm-simd.wasm');
    const bytes = readFileSync(binary);
    // f32.sub, i32.reinterpret_f32, local.tee 2, i32.const 0, i32.ge_s, local.get 0, select
    const guess = Buffer.from('93bc220241004e22001b', 'hex');
    const at = bytes.indexOf(guess);
    expect(at).toBeGreaterThan(0);
    expect(bytes.indexOf(guess, at + 1)).toBe(-1);
    bytes[at + 6] = 0x48; // i32.lt_s
    writeFileSync(binary, bytes);

    setWasmPaths(folder + sep);
    tf.copyRegisteredKernels('wasm', 'wasm-elsewhere');
    tf.registerBackend('wasm-elsewhere', tf.findBackendFactory('wasm'));
    const elsewhere = createTfjsEngine({
      name: 'wasm',
      backend: 'wasm-elsewhere',
      version: 'another guess',
      device: 'cpu',
    });
    expect(await digests(elsewhere)).toEqual(golden);
    await elsewhere.dispose();
  });
});
