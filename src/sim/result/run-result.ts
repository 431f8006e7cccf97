import { z } from 'zod';
import { splitNames } from '../data/validation.js';
import { faultSchema } from '../faults/schema.js';

/** A number, or null where it is not defined; the reason then stands beside it under `<name>Reason`. */
const metric = z.number().nullable().describe('Null where it is not defined.');
const reason = z.string().optional().describe('Why it is not defined.');

const imageMetrics = {
  imageAuroc: metric,
  imageAurocReason: reason,
  imageAp: metric,
  imageApReason: reason,
  imageF1Max: metric,
  imageF1MaxReason: reason,
  imageF1MaxThreshold: metric.optional(),
};
/** Left out where the set has no masks. */
const pixelMetrics = {
  pixelAuroc: metric.optional(),
  pixelAurocReason: reason,
  aupro: metric.optional(),
  auproReason: reason,
};
const ownView = z.object({ ...imageMetrics, ...pixelMetrics });
const globalView = z.object(imageMetrics);
const worst = { worstImageAuroc: metric, worstImageAurocReason: reason };

const client = z.object({
  id: z.string(),
  heldOut: z.boolean(),
  trainImages: z.int().nonnegative(),
  testImages: z.int().nonnegative(),
  device: z.string().nullable().describe('The preset its device and link come from.'),
  bytesUp: z.int().nonnegative(),
  bytesDown: z.int().nonnegative(),
  computeSeconds: z.number().nonnegative().describe('Virtual seconds.'),
  joules: z.number().nonnegative(),
  own: ownView.optional(),
  global: globalView.optional(),
  unseen: ownView.optional(),
});

/** A category's metrics: means over the detectors that scored images of it. */
const categoryView = z.object({ detectors: z.int().positive(), ...imageMetrics });
const category = z.object({
  source: z.string(),
  category: z.string(),
  testImages: z.int().nonnegative(),
  own: categoryView.optional(),
  global: categoryView.optional(),
  unseen: categoryView.optional(),
});

const round = z.object({
  round: z.int().nonnegative(),
  own: z.object({ imageAuroc: metric, imageAurocReason: reason }).optional(),
  global: z.object({ imageAuroc: metric, imageAurocReason: reason }).optional(),
  bytesUp: z.int().nonnegative(),
  bytesDown: z.int().nonnegative(),
  finishingBytes: z
    .int()
    .nonnegative()
    .optional()
    .describe(
      'What it would have taken, both ways, to make the detectors that were measured after the round, had it been the last; the bytes of the last round hold it. Left out where nothing was measured.',
    ),
  virtualSeconds: z.number().nonnegative().describe('Virtual time at the end of the round.'),
  joules: z
    .number()
    .nonnegative()
    .describe("Energy of the clients' computing and sending; 0 where devices have no watts."),
  invited: z.int().nonnegative().describe('Clients asked.'),
  accepted: z.int().nonnegative().describe('Uploads that were accepted.'),
  refused: z.int().nonnegative().describe('Uploads that did not pass the checks.'),
  late: z.int().nonnegative().describe('Uploads that came too late.'),
  abandoned: z.string().optional().describe('Why the round has no result of its own.'),
  loss: z.number().nullable().describe('Mean training loss of the clients; null where nothing was trained.'),
  memoryDrift: z
    .number()
    .nonnegative()
    .optional()
    .describe(
      'How far the global memory moved in this round, in units of the shared space: root mean squared distance from its slots, by weight, to the nearest ones before. Left out where there is none before.',
    ),
});

const place = z.object({ client: z.string(), id: z.string() });

/** What DIR/result.json holds: the contract with other tools. */
export const runResultSchema = z
  .object({
    scenario: z.string(),
    seed: z.int(),
    engine: z.string(),
    method: z.string(),
    split: z
      .enum(splitNames)
      .default('test')
      .describe('Which test images its figures are of: settings may be chosen by `validation` alone.'),
    versions: z.record(z.string(), z.string()),
    clients: z
      .array(client)
      .describe('All; where evaluate.clients is set, those that were evaluated, held out, or sent anything.'),
    evaluation: z
      .object({ clients: z.int().positive(), of: z.int().positive() })
      .optional()
      .describe(
        'Where evaluate.clients is set: how many of those who take part finished and were evaluated.',
      ),
    mean: z.object({
      own: ownView.extend(worst).optional(),
      global: globalView.extend(worst).optional(),
      unseen: ownView.extend(worst).optional(),
    }),
    categories: z.array(category).default([]).describe('What images show, by data set and category.'),
    rounds: z.array(round),
    bytes: z
      .object({ up: z.int(), down: z.int(), once: z.int() })
      .describe('Encoded payload bytes: `up` and `down` in the rounds, `once` before them (alignment).'),
    joules: z.number().nonnegative().describe('Energy of all clients over the whole run.'),
    virtualSeconds: z.number().nonnegative().describe('Virtual time at the end.'),
    faults: z.array(faultSchema).optional().describe('What went wrong on purpose, drawn faults included.'),
    skippedImages: z
      .array(z.object({ client: z.string(), image: z.string(), reason: z.string() }))
      .optional()
      .describe('Broken images that were left out, where data.broken is skip.'),
    leaks: z
      .object({
        exact: z.int(),
        near: z.int(),
        testImages: z.int(),
        byClients: z.array(z.object({ train: z.string(), test: z.string(), exact: z.int(), near: z.int() })),
        pairs: z
          .array(
            z.object({ kind: z.enum(['exact', 'near']), train: place, test: place, similarity: z.number() }),
          )
          .describe('The first hundred.'),
      })
      .optional()
      .describe('Training images that are test images too, by any client; left out where images are drawn.'),
    journalDigest: z.string(),
    wallSeconds: z
      .object({ features: z.number(), training: z.number(), scoring: z.number(), total: z.number() })
      .describe('Real time: the one part that may differ between two runs of the same seed.'),
  })
  .meta({ title: 'feddymem result' });

export type RunResult = z.infer<typeof runResultSchema>;
export type ClientResult = RunResult['clients'][number];
export type CategoryResult = RunResult['categories'][number];
export type RoundResult = RunResult['rounds'][number];
export type ViewMetrics = z.infer<typeof ownView>;
