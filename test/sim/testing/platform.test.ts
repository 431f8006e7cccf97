import { describe, expect, it } from 'vitest';
import { vectorInstructions } from '../../../src/sim/run/instructions.js';
import { packageVersions } from '../../../src/sim/run/versions.js';
import { basisOf } from '../../../src/sim/testing/platform.js';

const here = { feddymem: '1.0.0', node: '20.1.0', cpu: 'CPU A', system: 'linux x64' };
const golden = { engine: 'onnx', platform: here };

describe('what has to agree', () => {
  it('is bits on the platform of the golden file', () => {
    const basis = basisOf(golden, 'onnx', { ...here }, 'auto');
    expect(basis.bits).toBe(true);
    expect(basis.because).toContain('made on this one');
  });

  it('is figures on any other, and the reason names what is different', () => {
    for (const [name, value] of Object.entries({ node: '22.0.0', cpu: 'CPU B', feddymem: '1.1.0' })) {
      const basis = basisOf(golden, 'onnx', { ...here, [name]: value }, 'auto');
      expect(basis.bits).toBe(false);
      expect(basis.because).toContain(`${name} ${here[name as 'node']}, here ${value}`);
    }
  });

  it('is figures where one platform names something that the other does not', () => {
    const { because, bits } = basisOf(golden, 'onnx', { ...here, sharp: '1' }, 'auto');
    expect(bits).toBe(false);
    expect(because).toContain('sharp unknown, here 1');
    expect(basisOf({ ...golden, platform: { ...here, sharp: '1' } }, 'onnx', here, 'auto').bits).toBe(false);
  });

  it('is bits everywhere with an engine that promises them, but for other versions of feddymem and libraries', () => {
    const portable = { engine: 'wasm', platform: here };
    const other = { ...here, cpu: 'CPU B', node: '22.0.0', system: 'darwin arm64' };
    expect(basisOf(portable, 'wasm', other, 'auto')).toMatchObject({
      bits: true,
      because: expect.stringContaining('every machine') as string,
    });
    for (const library of ['feddymem', 'engine', 'ml-matrix'])
      expect(basisOf(portable, 'wasm', { ...other, [library]: '2.0.0' }, 'auto').bits).toBe(false);
  });

  it('is figures between two engines', () => {
    const basis = basisOf(golden, 'wasm', here, 'auto');
    expect(basis.bits).toBe(false);
    expect(basis.because).toContain('engine onnx, this run with wasm');
  });

  it('is what the test asks for', () => {
    const always = basisOf(golden, 'onnx', { ...here, cpu: 'CPU B' }, 'always');
    expect(always).toEqual({ bits: true, because: "the test asks for exact: 'always'" });
    expect(basisOf(golden, 'onnx', here, 'never').bits).toBe(false);
  });
});

describe('the platform', () => {
  it('is part of every result: versions, processor, system', () => {
    const versions = packageVersions();
    expect(versions).toMatchObject({
      node: process.versions.node,
      system: `${process.platform} ${process.arch}`,
    });
    expect(versions.cpu).toBeTruthy();
  });

  it('tells processors of one name apart by their vector instructions', () => {
    const text =
      'processor\t: 0\nmodel name\t: AMD EPYC\nflags\t\t: fpu sse avx2 fma avx avx512f\n\nprocessor\t: 1\n';
    expect(vectorInstructions(text)).toBe('avx avx2 avx512f fma');
    expect(vectorInstructions('Features\t: fp asimd sve2')).toBe('asimd sve2');
    expect(vectorInstructions('flags\t: fpu')).toBeNull();
    expect(vectorInstructions('')).toBeNull();
  });
});
