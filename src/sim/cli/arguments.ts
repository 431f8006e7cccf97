import { InvalidArgumentError } from 'commander';

/** Reads an option's integer. */
export function integer(lowest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < lowest) {
      throw new InvalidArgumentError(`It must be an integer of at least ${lowest}.`);
    }
    return value;
  };
}
