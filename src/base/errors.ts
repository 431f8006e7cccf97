/** The ways a run can go wrong, by who has to act: the user's input, or the run itself. */
export type ErrorCode = 'bad-input' | 'run-failed' | 'interrupted';

/**
 * An error meant for a person: what is wrong, where, and what to do about it.
 * `bad-input` ends the command with exit code 2, everything else with 1.
 */
export class FeddymemError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, hint?: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'FeddymemError';
    this.code = code;
    this.hint = hint;
  }
}

/** Bad input: names the field or file and, as the hint, the fix. */
export function badInput(message: string, hint?: string, cause?: unknown): FeddymemError {
  return new FeddymemError('bad-input', message, hint, { cause });
}

/** A failure of the run that no change of input explains. */
export function runFailed(message: string, hint?: string, cause?: unknown): FeddymemError {
  return new FeddymemError('run-failed', message, hint, { cause });
}

/** A broken promise inside this package: a defect of ours, not of the user's input. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition)
    throw runFailed(`internal error: ${message}`, 'This is a defect of feddymem; please report it.');
}

/** Whether the user, or whoever runs this, has asked to stop. */
export function isInterruption(error: unknown): error is FeddymemError {
  return error instanceof FeddymemError && error.code === 'interrupted';
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
