import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { badInput, messageOf } from '../../base/errors.js';
import { runResultSchema, type RunResult } from '../result/run-result.js';

/** The result of a finished run. @throws FeddymemError (bad-input) when there is none, or none that this version reads */
export async function readResult(folder: string): Promise<RunResult> {
  const path = join(folder, 'result.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw badInput(`${path} can't be read: ${messageOf(error)}`, 'Give the folder of a finished run.', error);
  }
  try {
    return runResultSchema.parse(JSON.parse(text));
  } catch (error) {
    throw badInput(
      `${path} is no result that this version reads: ${problemOf(error)}`,
      `Remove ${folder} and run it again.`,
      error,
    );
  }
}

/** Of many, the first. */
function problemOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return messageOf(error);
  const [{ path, message }] = error.issues;
  return path.length > 0 ? `${path.join('.')}: ${message}` : message;
}
