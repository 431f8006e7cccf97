declare const seal: unique symbol;

/**
 * Whether a test image is normal or defective, sealed: nothing that learns, tunes or chooses a round can read it. What
 * deals images to clients, measures and shows may reveal it; the linter names these places.
 */
export interface SealedLabel {
  readonly [seal]: true;
}

/** 0 normal, 1 defective. */
export type Label = 0 | 1;

/** A sealed label is its number, so that it travels between threads and into files as it is. */
export function sealLabel(label: Label): SealedLabel {
  return label as unknown as SealedLabel;
}

export function revealLabel(label: SealedLabel): Label {
  return label as unknown as Label;
}
