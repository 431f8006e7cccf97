import { canonicalJson } from '../../base/hash.js';
import { fieldDifferences, type FieldDifference } from '../compare/field-differences.js';
import { firstDivergence, type Divergence } from '../compare/first-divergence.js';
import { compactLine, shapeOfLine } from './compact-journal.js';
import { chosenFigures, figuresOf } from './figures.js';
import { settingsOf, type ComparableRun, type Golden } from './golden.js';
import { basisOf, type Basis, type Exactness } from './platform.js';
import { givenTolerance, isWithin, type Tolerance, type Tolerances } from './tolerance.js';

export interface GoldenOptions {
  /** Tolerances by figure; `*` in a name stands for any text. Others: the golden file's. */
  readonly figures?: Tolerances;
  /** Left out: `auto`. */
  readonly exact?: Exactness;
  /** What the journal must agree in where bits need not; left out: `shape`, all but payloads and figures. */
  readonly journal?: 'shape' | 'ignore';
}

/** A figure that is not what the golden file says. Undefined: the file, or the run, lacks it. */
export interface FigureDifference {
  readonly name: string;
  readonly golden: number | null | undefined;
  readonly value: number | null | undefined;
  readonly tolerance: Tolerance | undefined;
  readonly within: boolean;
}

/** How a run relates to a golden file. */
export interface GoldenComparison {
  readonly basis: Basis;
  /** What of the journal was compared. */
  readonly journal: 'bits' | 'shape' | 'ignore';
  readonly pass: boolean;
  /** Of the golden file, then of the run. */
  readonly digests: readonly [string, string];
  /** Null where they agree; another seed is another run, whatever is compared. */
  readonly seeds: readonly [number, number] | null;
  readonly settings: readonly FieldDifference[];
  /** The first event in which they part: in any field, or in its shape. */
  readonly divergence: Divergence | null;
  /** Those outside their tolerance; where bits have to agree, then all others that differ. */
  readonly figures: readonly FigureDifference[];
}

/** Compares a run with a golden file. @throws FeddymemError (bad-input) for options that name no figure */
export function compareGolden(golden: Golden, run: ComparableRun, options: GoldenOptions): GoldenComparison {
  const { result } = run;
  const basis = basisOf(golden, result.engine, result.versions, options.exact ?? 'auto');
  const journal = basis.bits ? 'bits' : (options.journal ?? 'shape');
  const differing = figureDifferences(golden, run, options.figures ?? {});
  const outside = differing.filter(({ within }) => !within);
  const figures = basis.bits ? [...outside, ...differing.filter(({ within }) => within)] : outside;
  const digests = [golden.digest, result.journalDigest] as const;
  const compared = journal === 'bits' ? digests[0] !== digests[1] : journal === 'shape';
  const divergence = compared ? journalDivergence(golden, run, journal) : null;
  // Digests cover the simulation; scores are computed after it, so that figures have a say even then.
  const agrees = basis.bits ? digests[0] === digests[1] : divergence === null;
  const seeds = golden.seed === result.seed ? null : ([golden.seed, result.seed] as const);
  return {
    basis,
    journal,
    pass: agrees && figures.length === 0 && seeds === null,
    digests,
    seeds,
    settings: fieldDifferences(golden.settings, settingsOf(run.scenario)),
    divergence,
    figures,
  };
}

function journalDivergence(golden: Golden, run: ComparableRun, journal: string): Divergence | null {
  const [a, b] = [golden.journal.map((entry) => canonicalJson(entry)), run.journal.map(compactLine)];
  return journal === 'bits' ? firstDivergence(a, b) : firstDivergence(a.map(shapeOfLine), b.map(shapeOfLine));
}

/** Figures that are not bit by bit what the golden file says, and those asked for that it does not hold. */
function figureDifferences(golden: Golden, run: ComparableRun, asked: Tolerances): FigureDifference[] {
  const present = figuresOf(run.result);
  // Of the usual figures the file may hold fewer: somebody struck them out, or an earlier version knew fewer.
  const wanted = chosenFigures(present, Object.keys(asked)).filter(
    (name) => givenTolerance(asked, name) !== undefined,
  );
  const names = [...new Set([...Object.keys(golden.figures), ...wanted])].sort();
  return names.flatMap((name) => {
    const recorded = Object.hasOwn(golden.figures, name) ? golden.figures[name] : undefined;
    const value = present.get(name);
    if (recorded?.value === value) return [];
    const tolerance = givenTolerance(asked, name) ?? recorded?.tolerance;
    const within =
      recorded !== undefined &&
      value !== undefined &&
      tolerance !== undefined &&
      isWithin(value, recorded.value, tolerance);
    return [{ name, golden: recorded?.value, value, tolerance, within }];
  });
}
