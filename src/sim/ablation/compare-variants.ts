import { messageOf } from '../../base/errors.js';
import {
  pairedAurocDifferences,
  type AurocDifference,
  type BootstrapOptions,
} from '../statistics/auroc-difference.js';
import { holm } from '../statistics/holm.js';
import { meanAndDeviation, type MeanAndDeviation } from '../statistics/mean-deviation.js';
import { hasBothLabels, pairSeeds, type MethodScores } from '../statistics/scored-images.js';
import { wilcoxonSignedRank, type SignedRankTest } from '../statistics/wilcoxon.js';
import type { CellFigures, FailedCell } from './read-cell.js';
import { comparedViews, type ComparedView } from './read-scores.js';

/** The cells of one variant. */
export interface VariantCells {
  readonly variant: string;
  readonly changes: readonly string[];
  readonly cells: readonly CellFigures[];
  readonly failed: readonly FailedCell[];
}

export interface ViewComparison {
  /** Mean image AUROC over the clients, over seeds. */
  readonly imageAuroc: MeanAndDeviation;
  /** To `full`, over the seeds that both have; null for `full` itself, and where `reason` says why. */
  readonly difference: AurocDifference | null;
  /** Over clients × seeds; `pHolm` is adjusted for all variants in this view. */
  readonly test: (SignedRankTest & { readonly pHolm: number }) | null;
  readonly reason?: string;
}

export interface AblationRow {
  readonly variant: string;
  readonly changes: readonly string[];
  readonly own: ViewComparison;
  readonly global: ViewComparison;
  readonly bytesPerRound: MeanAndDeviation;
  readonly failed: readonly FailedCell[];
}

/** Compares variants with the first one, which is the full method. */
export function compareVariants(
  variants: readonly VariantCells[],
  options: BootstrapOptions = {},
): AblationRow[] {
  const [own, global] = comparedViews.map((view) => compareInView(variants, view, options));
  return variants.map(({ variant, changes, cells, failed }, at) => ({
    variant,
    changes,
    own: own[at],
    global: global[at],
    bytesPerRound: meanAndDeviation(cells.map(({ bytesPerRound }) => bytesPerRound)),
    failed,
  }));
}

function compareInView(
  variants: readonly VariantCells[],
  view: ComparedView,
  options: BootstrapOptions,
): ViewComparison[] {
  const [full, ...others] = variants.map(({ cells }) => cells);
  const reference = scoresOf(full, view);
  const reasons = others.map((cells) => whyIncomparable(scoresOf(cells, view), reference));
  const comparable = others.filter((_, at) => reasons[at] === undefined);
  const differences =
    comparable.length === 0
      ? []
      : pairedAurocDifferences(
          comparable.map((cells) => scoresOf(cells, view)),
          reference,
          options,
        );
  const tests = comparable.map((cells) => wilcoxonSignedRank(pairedClients(cells, full, view)));
  const adjusted = holm(tests.map(({ p }) => p));
  const summary = (cells: readonly CellFigures[]) => ({
    imageAuroc: meanAndDeviation(cells.map(({ views }) => views[view].auroc)),
  });
  let next = 0;
  return [
    { ...summary(full), difference: null, test: null },
    ...others.map((cells, at): ViewComparison => {
      if (reasons[at] !== undefined)
        return { ...summary(cells), difference: null, test: null, reason: reasons[at] };
      const index = next++;
      const test = { ...tests[index], pHolm: adjusted[index] };
      return { ...summary(cells), difference: differences[index], test };
    }),
  ];
}

function scoresOf(cells: readonly CellFigures[], view: ComparedView): MethodScores {
  return cells.map(({ seed, views }) => ({ seed, detectors: views[view].detectors }));
}

function whyIncomparable(scores: MethodScores, reference: MethodScores): string | undefined {
  try {
    const pairs = pairSeeds(scores, reference);
    const defined = pairs.some(([{ detectors }]) => detectors.some(hasBothLabels));
    return defined ? undefined : 'no detector has scored both classes';
  } catch (error) {
    return messageOf(error);
  }
}

/** A variant's AUROC less that of `full`, for every client and seed in which both are defined. */
function pairedClients(
  cells: readonly CellFigures[],
  full: readonly CellFigures[],
  view: ComparedView,
): number[] {
  return cells.flatMap(({ seed, views }) => {
    const partner = full.find((cell) => cell.seed === seed)?.views[view].ofClients;
    return [...views[view].ofClients].flatMap(([client, auroc]) => {
      const other = partner?.get(client) ?? null;
      return auroc === null || other === null ? [] : [auroc - other];
    });
  });
}
