import { invariant } from '../../base/errors.js';
import type { Output } from './engine.js';

/** An output in the block that the caller gave for it, if one was given. */
export function writtenInto(output: Output, block: Output | undefined): Output {
  if (!block) return output;
  invariant(block.length === output.length, `an output of ${output.length} into a block of ${block.length}`);
  block.set(output);
  return block;
}
