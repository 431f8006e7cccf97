import { readFileSync } from 'node:fs';

const vector = /^(avx|fma|f16c|amx|asimd|sve)/;

/**
 * The vector instructions in the text of Linux's /proc/cpuinfo, by which numerical libraries choose their code: virtual
 * machines name quite different processors alike. Null where it names none.
 */
export function vectorInstructions(cpuInfo: string): string | null {
  const flags = /^(?:flags|Features)\s*:(.*)$/m.exec(cpuInfo)?.[1].trim().split(/\s+/) ?? [];
  const found = flags.filter((flag) => vector.test(flag)).sort();
  return found.length > 0 ? found.join(' ') : null;
}

/** This machine's; null on systems without such a file. */
export function instructionsHere(): string | null {
  if (here === undefined) {
    try {
      here = vectorInstructions(readFileSync('/proc/cpuinfo', 'utf8'));
    } catch {
      here = null;
    }
  }
  return here;
}

let here: string | null | undefined;
