import { sha256 } from '../../../base/hash.js';

const trainShare = 0.8;

/**
 * The side of a normal image in a set that is published without a split: about four of five go to training. It follows
 * from the file name alone (the first 32 bits of its SHA-256), so that it is the same for everybody, in every run, and
 * whatever else lies in the folder.
 */
export function hashedSplit(fileName: string): 'train' | 'test' {
  return parseInt(sha256(fileName).slice(0, 8), 16) < trainShare * 2 ** 32 ? 'train' : 'test';
}
