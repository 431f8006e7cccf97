import type { Scenario } from '../scenario/schema.js';

/** A part of the method left out or replaced: the rest stays as the scenario says. */
export interface Variant {
  /** Unique within its axis, of letters, digits, `.` and `-`. */
  readonly name: string;
  /** Changes to the scenario, as `path=value`. */
  readonly changes: readonly string[];
}

/** A component of the method and what can stand in its place. */
export interface AblationAxis {
  /** What the component is for. */
  readonly about: string;
  /** Variants that change nothing, or that the scenario's schema refuses, may be among them: they are left out. */
  variants(scenario: Scenario): readonly Variant[];
  /** Whether it matters in rounds of training alone. */
  readonly trains?: boolean;
}

/** One variant a name: all of them, the scenario's own included. */
export function choices(path: string, names: readonly string[]): AblationAxis['variants'] {
  return () => names.map((name) => ({ name, changes: [`${path}=${name}`] }));
}
