import { versionsOfResults } from '../run/versions.js';
import type { Golden } from './golden.js';

/**
 * `auto`: bits where the engine promises them, figures elsewhere; `always`: bits; `never`: figures.
 */
export type Exactness = 'auto' | 'always' | 'never';

/** What has to agree, and why. */
export interface Basis {
  readonly bits: boolean;
  readonly because: string;
}

/** Engines whose bits are the same on every machine. Others promise them on the same platform only. */
const sameEverywhere = new Set(['wasm']);

/** Decides between bits and figures. @param here the platform of the run */
export function basisOf(
  golden: Pick<Golden, 'engine' | 'platform'>,
  engine: string,
  here: Readonly<Record<string, string>>,
  exact: Exactness,
): Basis {
  if (exact !== 'auto') return { bits: exact === 'always', because: `the test asks for exact: '${exact}'` };
  if (engine !== golden.engine)
    return {
      bits: false,
      because: `the golden file was made with engine ${golden.engine}, this run with ${engine}`,
    };
  // Another version of ours or of a library may compute differently on purpose.
  const names = Object.keys(versionsOfResults(engine, { ...golden.platform, ...here }));
  const differing = names.filter((name) => golden.platform[name] !== here[name]).sort();
  if (differing.length === 0)
    return {
      bits: true,
      because: sameEverywhere.has(engine)
        ? `engine ${engine} promises the same bits on every machine`
        : `engine ${engine} promises the same bits on one platform, and the golden file was made on this one`,
    };
  const changes = differing.map(
    (name) => `${name} ${golden.platform[name] ?? 'unknown'}, here ${here[name] ?? 'unknown'}`,
  );
  return {
    bits: false,
    because: `engine ${engine} promises no equal bits here: the golden file was made with ${changes.join('; ')}`,
  };
}
