import { z } from 'zod';
import { aggregations } from '../../memory/aggregation.js';
import { dynamicUpdates } from '../../memory/dynamic-update.js';
import { memoryReducers } from '../../memory/memory-reduce.js';
import { robustRules } from '../../memory/robust.js';
import { precisions } from '../../memory/wire.js';
import { alignments } from '../../model/alignment/alignment.js';
import { engineNames } from '../../model/engine/engine.js';
import { generators } from '../../model/generator/generator.js';
import { metricLosses } from '../../model/loss/metric-loss.js';
import { replays } from '../../model/loss/replay.js';
import { methods } from '../../model/methods/registry.js';
import {
  anchorChoices,
  calibrationChoices,
  deltaChoices,
  privateMemoryChoices,
  spaceChoices,
  startChoices,
} from '../../model/methods/settings.js';
import { imageScores } from '../../model/score/image-score.js';
import { partitionSchema } from '../data/partition/schema.js';
import { filesSchema } from '../data/readers/files-settings.js';
import { layoutNames } from '../data/readers/registry.js';
import { refuseLeastAboveMost } from '../data/least-images.js';
import { syntheticSchema } from '../data/synthetic/schema.js';
import { splitNames } from '../data/validation.js';
import { featureSkewSchema } from '../data/views/feature-skew.js';
import { faultsSchema } from '../faults/schema.js';
import { fleetSchema } from '../fleet/schema.js';
import { scheduleSchema } from '../schedule/schema.js';
import { backboneSchema, defaultBackbone } from './backbone-schema.js';
import { oneOfOrModule } from './module-paths.js';
import { rivalSchema } from './rival-schema.js';

/** A choice among the keys of a registry. */
function oneOf<K extends string>(registry: Readonly<Record<K, unknown>>) {
  return z.enum(Object.keys(registry) as [K, ...K[]]);
}

const count = z.int().positive();

const dataset = z.strictObject({
  path: z.string().min(1).describe("The set's folder, relative to `folder`."),
  name: z
    .string()
    .min(1)
    .optional()
    .describe("What ids of its images start with; left out: the folder's name."),
  layout: z
    .enum([...layoutNames, 'files'])
    .optional()
    .describe('How it is laid out; left out: recognised. files: as `files` says.'),
  categories: z.array(z.string()).min(1).optional().describe('Only these; left out: all.'),
  files: filesSchema.optional(),
});

const folderData = z.strictObject({
  source: z.literal('folder'),
  folder: z.string().default('').describe('Folder of the sets, relative to --data or FEDDYMEM_DATA.'),
  sets: z
    .array(z.union([z.string().min(1), dataset]))
    .min(1)
    .describe('Data sets: folders, or folders with more to say about them.'),
  partition: partitionSchema.prefault({ by: 'source' }),
  featureSkew: featureSkewSchema.prefault({}).describe("How much clients' cameras differ."),
  limits: z
    .strictObject({ train: count.optional(), testGood: count.optional(), testDefective: count.optional() })
    .default({})
    .describe('Most images of a client: a seeded sample.'),
  broken: z
    .enum(['fail', 'skip'])
    .default('fail')
    .describe('A file that can’t be read ends the run, or is left out, named and counted.'),
});

const featureData = z
  .strictObject({
    source: z.literal('features'),
    channels: count.max(4096).default(16),
    grid: count.max(256).default(4).describe('An image is a map of grid × grid patches.'),
    products: count.default(4).describe('Kinds of normal appearance in the federation.'),
    modes: count.default(3).describe('Clusters of a product.'),
    skew: z
      .number()
      .min(0)
      .max(1)
      .default(1)
      .describe('0: every client sees all products alike; 1: each sees one.'),
    separation: z
      .number()
      .nonnegative()
      .max(100)
      .default(3)
      .describe('Deviation of cluster centres in every channel, in deviations of the noise.'),
    defectShift: z
      .number()
      .nonnegative()
      .max(100)
      .default(6)
      .describe('How far anomalous patches lie from their place, in deviations of the noise.'),
    trainImages: count.default(12).describe('Training images of the largest client.'),
    minimumTrainImages: count.default(6).describe('Training images of the smallest client.'),
    testGood: z.int().nonnegative().default(6),
    testDefective: z.int().nonnegative().default(6),
  })
  .superRefine(refuseLeastAboveMost);

/** Where a file says nothing, images get the default backbone; features get none. */
function withBackbone(scenario: unknown): unknown {
  const given = scenario as { data?: { source?: unknown }; backbone?: unknown } | null | undefined;
  const needed = given?.data && given.data.source !== 'features' && given.backbone === undefined;
  return needed ? { ...given, backbone: defaultBackbone } : scenario;
}

const memory = z.strictObject({
  local: count.default(300).describe("Slots of a client's bank."),
  upload: count.default(100).describe('Slots a client uploads.'),
  global: count.default(300).describe('Slots of the global memory.'),
  minimumPatches: z.int().nonnegative().default(5).describe('Slots of fewer patches never leave a client.'),
  start: z
    .enum(startChoices)
    .default('afresh')
    .describe('Where clusterings begin after round 0: at drawn points, or at the slots of the round before.'),
});

const training = z.strictObject({
  generator: oneOfOrModule(generators)
    .default('linear')
    .describe('A name, or the path of a module that exports generator.'),
  loss: oneOfOrModule(metricLosses)
    .default('hypersphere')
    .describe('A name, or the path of a module that exports loss.'),
  replay: oneOf(replays).default('global-slots'),
  replayShare: z.number().min(0).max(1).default(0.5),
  steps: z.int().nonnegative().default(30),
  batchSize: count.default(1024),
  learningRate: z.number().positive().default(1e-3),
  spreadPenalty: z
    .number()
    .nonnegative()
    .default(0)
    .describe('Factor of the penalty on what a linear generator spreads; the others know none.'),
});

const method = z.strictObject({
  name: oneOfOrModule(methods)
    .default('feddymem')
    .describe('A name, or the path of a module that exports method.'),
  rounds: z.int().nonnegative().default(4),
  alignment: oneOf(alignments).default('minor'),
  dimensions: count.default(128),
  patches: count.default(20000).describe('Training patches a client samples.'),
  calibrationShare: z.number().positive().lt(1).default(0.2),
  memory: memory.prefault({}),
  space: z
    .enum(spaceChoices)
    .default('shared')
    .describe('Where slots live: before the generator, or after it.'),
  update: oneOf(dynamicUpdates).default('rebuild'),
  reduce: oneOf(memoryReducers).default('weighted-average'),
  aggregation: oneOf(aggregations).default('k-means'),
  robust: oneOf(robustRules).default('none').describe('What limits a single client on the server.'),
  training: training.prefault({}),
  calibration: z.enum(calibrationChoices).default('distance-statistics'),
  anchors: z.enum(anchorChoices).default('both'),
  privateMemory: z
    .enum(privateMemoryChoices)
    .default('none')
    .describe('when-familiar: images of its own products are judged by a memory that stays at the client.'),
  imageScore: oneOf(imageScores).default('top-5'),
  precision: z.enum(precisions).default('f16'),
  rival: rivalSchema.prefault({}).describe('What only the rivals read.'),
  delta: z.enum(deltaChoices).default('none').describe('slots: uploads are what changed since the last one.'),
});

const link = z.strictObject({
  latency: z.number().nonnegative().default(0.02).describe('Seconds.'),
  uploadMbit: z.number().positive().default(20).describe('Megabits a second.'),
  downloadMbit: z.number().positive().default(50),
});

const scenarioFields = z
  .strictObject({
    name: z.string().regex(/^[\w.-]+$/, 'must be made of letters, digits, dots, dashes and underscores'),
    seed: z.int().default(1),
    engine: z
      .enum([...engineNames, 'auto'])
      .default('onnx')
      .describe('What computes; auto: TensorFlow on a GPU where one answers, else onnx.'),
    engineDevice: z.enum(['cpu', 'webgpu', 'cuda']).default('cpu').describe('Where onnx computes.'),
    workers: z.int().positive().max(64).optional().describe('Worker threads; left out: one a core.'),
    clients: count.max(100_000).optional().describe('Clients of a federation that is drawn.'),
    data: z.discriminatedUnion('source', [syntheticSchema, folderData, featureData]),
    backbone: backboneSchema.optional().meta({ default: { ...defaultBackbone } }),
    method: method.prefault({}),
    holdOut: z
      .array(z.string())
      .refine((ids) => new Set(ids).size === ids.length, 'must name each client once')
      .default([])
      .describe('Clients that only receive the last broadcast.'),
    link: link.prefault({}),
    device: z
      .strictObject({
        clientGflops: z.number().positive().default(50),
        serverGflops: z.number().positive().default(200),
      })
      .prefault({})
      .describe('Billions of operations a second, for virtual time.'),
    fleet: fleetSchema
      .prefault({})
      .describe('How clients differ from link and device, and when they are there.'),
    schedule: scheduleSchema.prefault({}),
    faults: faultsSchema.prefault({}),
    evaluate: z
      .strictObject({
        rounds: z
          .array(z.enum(['own', 'global']))
          .default(['own', 'global'])
          .describe('Views evaluated after every round; the last round is always evaluated in all.'),
        clients: count
          .optional()
          .describe('At most so many clients finish and are evaluated: a seeded sample; left out: all.'),
        validation: z
          .number()
          .min(0)
          .max(0.9)
          .default(0)
          .describe('Share of test images set aside for tuning: the same ones whatever the seed.'),
        split: z
          .enum(splitNames)
          .default('test')
          .describe('What figures are of: the test images not set aside, or those set aside.'),
        pixels: z
          .boolean()
          .default(true)
          .describe('Whether pixel metrics are measured where images have masks; image metrics always are.'),
      })
      .refine(({ validation, split }) => split === 'test' || validation > 0, {
        path: ['split'],
        message: 'needs evaluate.validation, the share of test images to set aside',
      })
      .prefault({})
      .describe('What is measured, and when.'),
  })
  .refine(({ data, backbone: given }) => data.source !== 'features' || given === undefined, {
    path: ['backbone'],
    message: 'must be left out, for data.source features has no images',
  });

/** A scenario file. Every field but `name` and `data` has a default. */
export const scenarioSchema = z.preprocess(withBackbone, scenarioFields).meta({ title: 'feddymem scenario' });

export type Scenario = z.infer<typeof scenarioSchema>;
export type FolderData = z.infer<typeof folderData>;
