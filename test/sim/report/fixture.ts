import { type RunResult, runResultSchema } from '../../../src/sim/result/run-result.js';

const names = ['carpet', 'leather', 'cable-assembly-line-4', 'metal_nut', 'wood', 'screw'];
const noDefect = 'no defective sample';

/** A run with all that a report must show: six clients, one of them with one class only, and one held out. */
export function sampleResult(): RunResult {
  return runResultSchema.parse({
    scenario: 'demo',
    seed: 7,
    engine: 'onnx',
    method: 'feddymem',
    versions: { feddymem: '0.1.0', node: 'v20.19.4', onnxruntime: '1.30.0' },
    clients: [
      ...names.map((id, index) => ({
        id,
        heldOut: false,
        trainImages: 60 - 8 * index,
        testImages: 40 + index,
        own: index === 4 ? oneClass : { ...image(0.981 - 0.043 * index), ...pixel(0.962 - 0.021 * index) },
        global: image(0.887 - 0.017 * index),
        ...nothingSpent,
      })),
      {
        id: 'grid',
        heldOut: true,
        trainImages: 0,
        testImages: 39,
        unseen: { ...image(0.794), ...pixel(0.913) },
        ...nothingSpent,
      },
    ],
    mean: {
      own: { ...image(0.892), ...pixel(0.921), worstImageAuroc: 0.766 },
      global: { ...image(0.845), worstImageAuroc: 0.802 },
      unseen: { ...image(0.794), ...pixel(0.913), worstImageAuroc: 0.794 },
    },
    rounds: Array.from({ length: 12 }, (_, index) => ({
      round: index + 1,
      own: { imageAuroc: 0.892 - 0.17 / (index + 1) ** 1.3 + 0.006 * Math.sin(index * 2.1) },
      global: { imageAuroc: 0.845 - 0.19 / (index + 1) + 0.008 * Math.sin(index * 1.7) },
      bytesUp: 154_300 + 17 * index,
      bytesDown: 921_600,
      virtualSeconds: 14.2 * (index + 1),
      loss: 0.4321 / (index + 1),
      ...participation,
    })),
    joules: 0,
    virtualSeconds: 56.8,
    bytes: { up: 1_852_722, down: 11_059_200, once: 393_216 },
    journalDigest: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    wallSeconds: { features: 11.4, training: 21.9, scoring: 6.5, total: 40.3 },
  });
}

/** A result as small as the contract allows: one client, nothing defined, nothing trained. */
export function bareResult(): RunResult {
  const { seed, engine, method, versions, bytes, journalDigest, wallSeconds } = sampleResult();
  const totals = { joules: 0, virtualSeconds: 0.25 };
  const client = {
    id: 'alone',
    heldOut: false,
    trainImages: 3,
    testImages: 2,
    own: oneClass,
    ...nothingSpent,
  };
  return {
    ...totals,
    ...{ scenario: 'bare', split: 'test', seed, engine, method, versions, bytes, journalDigest, wallSeconds },
    clients: [client],
    categories: [],
    mean: { own: { ...oneClass, worstImageAuroc: null, worstImageAurocReason: noDefect } },
    rounds: [
      {
        ...{
          round: 1,
          own: { imageAuroc: null },
          bytesUp: 0,
          bytesDown: 0,
          virtualSeconds: 0.25,
          loss: null,
        },
        ...participation,
      },
    ],
  };
}

export const nothingSpent = { device: null, bytesUp: 0, bytesDown: 0, computeSeconds: 0, joules: 0 };
const participation = { joules: 0, invited: 6, accepted: 6, refused: 0, late: 0 };

const oneClass = {
  imageAuroc: null,
  imageAurocReason: noDefect,
  imageAp: null,
  imageApReason: noDefect,
  imageF1Max: null,
  imageF1MaxReason: noDefect,
  pixelAuroc: null,
  pixelAurocReason: 'no defective pixel',
  aupro: null,
  auproReason: 'no defective pixel',
};

function image(auroc: number) {
  return {
    imageAuroc: auroc,
    imageAp: auroc + 0.011,
    imageF1Max: auroc - 0.037,
    imageF1MaxThreshold: 1.5 - auroc / 3,
  };
}

function pixel(auroc: number) {
  return { pixelAuroc: auroc, aupro: auroc - 0.093 };
}
