import { aggregations } from '../../memory/aggregation.js';
import { dynamicUpdates } from '../../memory/dynamic-update.js';
import { memoryReducers } from '../../memory/memory-reduce.js';
import { robustRules } from '../../memory/robust.js';
import { precisions } from '../../memory/wire.js';
import { alignments } from '../../model/alignment/alignment.js';
import { generators } from '../../model/generator/generator.js';
import { metricLosses } from '../../model/loss/metric-loss.js';
import { replays } from '../../model/loss/replay.js';
import {
  anchorChoices,
  calibrationChoices,
  deltaChoices,
  privateMemoryChoices,
  spaceChoices,
  startChoices,
} from '../../model/methods/settings.js';
import { imageScores } from '../../model/score/image-score.js';
import type { Scenario } from '../scenario/schema.js';
import { choices, type AblationAxis, type Variant } from './axis.js';

/** The axes by name, in the order of the table. Where a registry has the choices, its keys are the variants. */
export const ablationAxes = {
  generator: {
    about: 'memory generator',
    variants: choices('method.training.generator', Object.keys(generators)),
    trains: true,
  },
  loss: {
    about: 'metric loss',
    variants: choices('method.training.loss', Object.keys(metricLosses)),
    trains: true,
  },
  replay: {
    about: 'virtual normals of the global memory in a batch',
    variants: choices('method.training.replay', Object.keys(replays)),
    trains: true,
  },
  'spread-penalty': {
    about: 'penalty on the spread of what the generator makes',
    // Only linear generators know it.
    variants: ({ method: { training } }) =>
      (training.generator === 'linear' ? [0, 0.1] : []).map((factor) => ({
        name: String(factor),
        changes: [`method.training.spreadPenalty=${factor}`],
      })),
    trains: true,
  },
  update: {
    about: 'how a bank follows its generator',
    variants: choices('method.update', Object.keys(dynamicUpdates)),
    trains: true,
  },
  space: {
    about: 'where slots live',
    variants: choices('method.space', spaceChoices),
    trains: true,
  },
  alignment: { about: 'the shared space', variants: choices('method.alignment', Object.keys(alignments)) },
  reduce: {
    about: 'how a bank is shrunk before its upload',
    variants: choices('method.reduce', Object.keys(memoryReducers)),
  },
  aggregation: {
    about: 'how the server makes the global memory',
    // `none` is another name of `concat`.
    variants: choices(
      'method.aggregation',
      Object.keys(aggregations).filter((name) => name !== 'none'),
    ),
  },
  robust: {
    about: 'what limits a single client on the server',
    variants: choices('method.robust', Object.keys(robustRules)),
  },
  calibration: {
    about: 'whether a distance is judged by what is usual at its slot',
    variants: choices('method.calibration', calibrationChoices),
  },
  anchors: { about: 'whose slots a score searches', variants: choices('method.anchors', anchorChoices) },
  'private-memory': {
    about: 'a memory of its own products that stays at the client',
    variants: choices('method.privateMemory', privateMemoryChoices),
  },
  'image-score': {
    about: 'the score of an image from those of its cells',
    variants: choices('method.imageScore', Object.keys(imageScores)),
  },
  exchange: {
    about: 'sharing memory at all; off: method local',
    variants: () => [{ name: 'off', changes: ['method.name=local'] }],
  },
  rounds: {
    about: 'rounds of training; 0: memory is shared once',
    variants: () => [{ name: '0', changes: ['method.rounds=0'] }],
  },
  sizes: {
    about: 'slots of all three memories, halved or doubled',
    variants: (scenario) => [sized('half', 0.5, scenario), sized('double', 2, scenario)],
  },
  start: {
    about: 'where the clusterings of a round begin',
    variants: choices('method.memory.start', startChoices),
    trains: true,
  },
  precision: { about: 'how slots travel', variants: choices('method.precision', precisions) },
  delta: {
    about: 'whether uploads are what changed alone',
    variants: choices('method.delta', deltaChoices),
    trains: true,
  },
} as const satisfies Record<string, AblationAxis>;

export type AblationAxisName = keyof typeof ablationAxes;

function sized(name: string, factor: number, { method: { memory } }: Scenario): Variant {
  const slots = (count: number) => Math.max(1, Math.round(count * factor));
  return {
    name,
    changes: (['local', 'upload', 'global'] as const).map(
      (part) => `method.memory.${part}=${slots(memory[part])}`,
    ),
  };
}
