import { describe, expect, it } from 'vitest';
import { chooseEngine, probeEngines, type Probing } from '../../../src/model/engine/available.js';
import { candidates } from '../../../src/model/engine/candidates.js';
import {
  findingsOf,
  installedVersion,
  probeInProcess,
  type Findings,
} from '../../../src/model/engine/probe.js';

/** A machine on which what is named, as `engine provider`, is installed and finds this. */
function machine(found: Record<string, Findings>): Probing {
  const nameOf = ({ engine, provider }: { engine: string; provider: string | null }) =>
    provider ? `${engine} ${provider}` : engine;
  return {
    version: (candidate) => (nameOf(candidate) in found ? '1.2.3' : null),
    probe: (candidate) => Promise.resolve(found[nameOf(candidate)]),
  };
}

const runs = (device: string): Findings => ({ version: 'lib 1', device, product: 'exact' });
const always = { 'onnx cpu': runs('cpu'), wasm: runs('cpu') };

describe('probing engines', () => {
  it('reports every engine and provider once, each with a way to get it, and probes only what is installed', async () => {
    const probed: string[] = [];
    const { version, probe } = machine(always);
    const reports = await probeEngines({
      version,
      probe: (candidate) => {
        probed.push(candidate.engine);
        return probe(candidate);
      },
    });
    expect(reports.map(({ engine, provider }) => [engine, provider])).toEqual([
      ['onnx', 'cpu'],
      ['onnx', 'webgpu'],
      ['onnx', 'cuda'],
      ['wasm', null],
      ['tensorflow', 'gpu'],
      ['tensorflow', 'cpu'],
    ]);
    expect(probed).toEqual(['onnx', 'wasm']);
    for (const { howToGet } of reports) expect(howToGet).toMatch(/^[^\n]+$/);
    expect(reports[2]).toMatchObject({ installed: false, runs: false, gpu: false, device: null });
  });

  it('tells a GPU from software that stands in for one', async () => {
    const reports = await probeEngines(
      machine({
        ...always,
        'onnx webgpu': runs('webgpu: software, no GPU'),
        'onnx cuda': runs('cuda: NVIDIA T4'),
        'tensorflow gpu': runs('cpu'),
      }),
    );
    expect(reports.map(({ gpu, runs }) => [gpu, runs])).toEqual([
      [false, true],
      [false, true],
      [true, true],
      [false, true],
      [false, true],
      [false, false],
    ]);
    expect(reports[1].problem).toContain('no GPU answers');
    expect(reports[2].problem).toBeNull();
  });

  it('tells what does not run, multiplies wrongly or rounds', async () => {
    const reports = await probeEngines(
      machine({
        'onnx cpu': { problem: 'crashes (SIGSEGV)' },
        'onnx cuda': { version: '1', device: 'cuda: NVIDIA A100', product: 'rounded' },
        wasm: { version: '1', device: 'cpu', product: 'wrong' },
      }),
    );
    expect(reports[0]).toMatchObject({ installed: true, runs: false, problem: 'crashes (SIGSEGV)' });
    expect(reports[2].problem).toContain('NVIDIA_TF32_OVERRIDE=0');
    expect(reports[3]).toMatchObject({ runs: false, problem: 'multiplies wrongly' });
  });
});

describe('choosing an engine', () => {
  it('takes tensorflow only where its GPU package is there and a GPU answers', async () => {
    const choice = async (found: Record<string, Findings>) => (await chooseEngine(machine(found))).engine;
    expect(await choice({ ...always, 'tensorflow gpu': runs('gpu: NVIDIA T4') })).toBe('tensorflow');
    expect(await choice({ ...always, 'tensorflow gpu': runs('gpu') })).toBe('tensorflow');
    expect(await choice({ ...always, 'tensorflow gpu': runs('cpu') })).toBe('onnx');
    expect(await choice({ ...always, 'tensorflow gpu': { problem: 'no libcudart' } })).toBe('onnx');
    expect(await choice({ ...always, 'tensorflow cpu': runs('cpu') })).toBe('onnx');
    expect(await choice({ ...always, 'onnx cuda': runs('cuda: NVIDIA T4') })).toBe('onnx');
  });
});

describe('a probe in a process of its own', () => {
  const candidate = (engine: string, provider: string | null) =>
    candidates.find((entry) => entry.engine === engine && entry.provider === provider)!;

  it('multiplies by the engines that are always there', async () => {
    for (const [engine, provider] of [
      ['onnx', 'cpu'],
      ['wasm', null],
    ] as const) {
      expect(installedVersion(candidate(engine, provider))).toMatch(/^\d+\.\d+/);
      const found = await probeInProcess(candidate(engine, provider));
      expect(found).toMatchObject({ device: 'cpu', product: 'exact' });
    }
  });

  it('says in one line why something does not start', async () => {
    const found = await probeInProcess({ ...candidate('onnx', 'cpu'), provider: 'nonsense' });
    expect(found).toEqual({ problem: expect.stringMatching(/^engine: onnx on nonsense .+$/) as string });
  });

  it('finds nothing installed where a package or the file it needs is missing', () => {
    const onnx = candidate('onnx', 'cpu');
    expect(installedVersion({ ...onnx, packageName: 'no-such-package' })).toBeNull();
    expect(installedVersion({ ...onnx, needs: () => 'bin/no-such-file' })).toBeNull();
    expect(installedVersion({ ...onnx, needs: () => 'package.json' })).not.toBeNull();
  });

  it('survives a crash, and believes findings that were printed before one', () => {
    expect(findingsOf('', 'Warning: x\nmore', { code: null, signal: 'SIGSEGV' })).toEqual({
      problem: 'crashes (SIGSEGV): Warning: x',
    });
    expect(findingsOf('', '', { code: 3 })).toEqual({ problem: 'ends with 3' });
    const found = runs('cuda');
    expect(findingsOf(`noise\n${JSON.stringify(found)}\n`, '', { signal: 'SIGABRT' })).toEqual(found);
  });
});
