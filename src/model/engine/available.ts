import type { EngineName } from './engine.js';
import { candidates, type Candidate } from './candidates.js';
import { installedVersion, probeInProcess, type Probe } from './probe.js';

/** What `doctor` tells of an engine on a provider. */
export interface EngineReport {
  readonly engine: EngineName;
  /** onnxruntime's execution provider, or tensorflow's package for a gpu or cpu; null where there is no choice. */
  readonly provider: string | null;
  readonly installed: boolean;
  readonly version: string | null;
  readonly device: string | null;
  /** Whether a GPU computes; true also where the system does not tell (WebGPU on Windows and macOS). */
  readonly gpu: boolean;
  /** Whether it has multiplied two matrices here. */
  readonly runs: boolean;
  /** One line. */
  readonly problem: string | null;
  readonly howToGet: string;
}

export interface Probing {
  /** Tries a candidate; never rejects. */
  readonly probe: Probe;
  /** A candidate's version, or null where it is not installed. */
  readonly version: (candidate: Candidate) => string | null;
}

const ofThisMachine: Probing = { probe: probeInProcess, version: installedVersion };

/** Tries every engine on every provider that is installed, one after another, each in a process of its own. */
export async function probeEngines(probing: Probing = ofThisMachine): Promise<EngineReport[]> {
  const reports: EngineReport[] = [];
  for (const candidate of candidates) reports.push(await report(candidate, probing));
  return reports;
}

/** What `--engine auto` means: tensorflow where its GPU package is installed and a GPU answers, else onnx. */
export async function chooseEngine(probing: Probing = ofThisMachine): Promise<{ engine: EngineName }> {
  const gpu = candidates.find(({ engine, provider }) => engine === 'tensorflow' && provider === 'gpu')!;
  const { runs, gpu: answers } = await report(gpu, probing);
  return { engine: runs && answers ? 'tensorflow' : 'onnx' };
}

async function report(candidate: Candidate, probing: Probing): Promise<EngineReport> {
  const { engine, provider, howToGet } = candidate;
  const version = probing.version(candidate);
  const base = { engine, provider, howToGet, version, installed: version !== null };
  if (version === null) return { ...base, device: null, gpu: false, runs: false, problem: null };
  const found = await probing.probe(candidate);
  if ('problem' in found) return { ...base, device: null, gpu: false, runs: false, problem: found.problem };
  const { device, product } = found;
  const gpu = provider !== null && provider !== 'cpu' && !/\bcpu\b|software/.test(device);
  const problem =
    product === 'wrong'
      ? 'multiplies wrongly'
      : product === 'rounded'
        ? 'rounds products to less than float32 (TF32): set NVIDIA_TF32_OVERRIDE=0'
        : provider !== 'cpu' && provider !== null && !gpu
          ? 'no GPU answers: it computes on the CPU'
          : null;
  return { ...base, version: found.version, device, gpu, runs: product !== 'wrong', problem };
}
