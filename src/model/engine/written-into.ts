import { invariant } from '../../base/errors.js';
import type { Output } from './engine.js';

/** An output in the block that the caller gave for it, if one was given. */
export function writtenInto(output: Output, block: Output | undefined): Output {
  if (!block) return output;
  invariant(block.length === output.length, `an output of ${output.length} into a block of ${block.length}`);
  // The engine may have written there itself.
  if (block.buffer !== output.buffer || block.byteOffset !== output.byteOffset) block.set(output);
  return block;
}
