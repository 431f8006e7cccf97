import { z } from 'zod';
import { splitNames } from '../data/validation.js';
import { faultSchema } from '../faults/schema.js';

/** A number, or null where it is not defined; the reason then stands beside it under `<name>Reason`. */
const metric = z.number().nullable();
const reason = z.string().optional();

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
  /** The preset its device and link come from. */
  device: z.string().nullable(),
  bytesUp: z.int().nonnegative(),
  bytesDown: z.int().nonnegative(),
  /** Virtual seconds. */
  computeSeconds: z.number().nonnegative(),
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
  /**
   * What it would have taken, both ways, to make the detectors that were measured after the round, had it been the last;
   * the bytes of the last round hold it. Left out where nothing was measured.
   */
  finishingBytes: z.int().nonnegative().optional(),
  /** Virtual time at the end of the round. */
  virtualSeconds: z.number().nonnegative(),
  /** Energy of the clients' computing and sending; 0 where devices have no watts. */
  joules: z.number().nonnegative(),
  /** Clients asked, and uploads that were accepted, refused, and too late. */
  invited: z.int().nonnegative(),
  accepted: z.int().nonnegative(),
  refused: z.int().nonnegative(),
  late: z.int().nonnegative(),
  /** Why the round has no result of its own. */
  abandoned: z.string().optional(),
  /** Mean training loss of the clients; null where nothing was trained. */
  loss: z.number().nullable(),
  /**
   * How far the global memory moved in this round, in units of the shared space: root mean squared distance from its
   * slots, by weight, to the nearest ones before. Left out where there is none before.
   */
  memoryDrift: z.number().nonnegative().optional(),
});

const place = z.object({ client: z.string(), id: z.string() });

/** What DIR/result.json holds: the contract with other tools. */
export const runResultSchema = z
  .object({
    scenario: z.string(),
    seed: z.int(),
    engine: z.string(),
    method: z.string(),
    /** Which test images its figures are of: settings may be chosen by `validation` alone. */
    split: z.enum(splitNames).default('test'),
    versions: z.record(z.string(), z.string()),
    /** All; where evaluate.clients is set, those that were evaluated, held out, or sent anything. */
    clients: z.array(client),
    /** Where evaluate.clients is set: how many of those who take part finished and were evaluated. */
    evaluation: z.object({ clients: z.int().positive(), of: z.int().positive() }).optional(),
    mean: z.object({
      own: ownView.extend(worst).optional(),
      global: globalView.extend(worst).optional(),
      unseen: ownView.extend(worst).optional(),
    }),
    /** What images show, by data set and category. */
    categories: z.array(category).default([]),
    rounds: z.array(round),
    /** Encoded payload bytes: `up` and `down` in the rounds, `once` before them (alignment). */
    bytes: z.object({ up: z.int(), down: z.int(), once: z.int() }),
    /** Energy of all clients over the whole run. */
    joules: z.number().nonnegative(),
    /** Virtual time at the end. */
    virtualSeconds: z.number().nonnegative(),
    /** What went wrong on purpose, drawn faults included. */
    faults: z.array(faultSchema).optional(),
    /** Broken images that were left out, where data.broken is skip. */
    skippedImages: z
      .array(z.object({ client: z.string(), image: z.string(), reason: z.string() }))
      .optional(),
    /** Training images that are test images too, by any client; left out where images are drawn. */
    leaks: z
      .object({
        exact: z.int(),
        near: z.int(),
        testImages: z.int(),
        byClients: z.array(z.object({ train: z.string(), test: z.string(), exact: z.int(), near: z.int() })),
        /** The first hundred. */
        pairs: z.array(
          z.object({ kind: z.enum(['exact', 'near']), train: place, test: place, similarity: z.number() }),
        ),
      })
      .optional(),
    journalDigest: z.string(),
    /** Real time: the one part that may differ between two runs of the same seed. */
    wallSeconds: z.object({
      features: z.number(),
      training: z.number(),
      scoring: z.number(),
      total: z.number(),
    }),
  })
  .meta({ title: 'feddymem result' });

export type RunResult = z.infer<typeof runResultSchema>;
export type ClientResult = RunResult['clients'][number];
export type CategoryResult = RunResult['categories'][number];
export type RoundResult = RunResult['rounds'][number];
export type ViewMetrics = z.infer<typeof ownView>;
