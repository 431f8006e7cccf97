import { runStudy, type StudyOptions, type StudyOutcome } from '../study/run-study.js';
import type { Study } from '../study/study-file.js';
import { interruptible } from './interruption.js';
import { studyDisplay } from './study-progress.js';

/** Runs a study with its progress on a stream, until it ends or somebody ends it. */
export async function runShown(
  study: Study,
  options: StudyOptions,
  stream: NodeJS.WriteStream,
): Promise<StudyOutcome> {
  const { signal, stop } = interruptible();
  const display = studyDisplay(stream);
  try {
    return await runStudy(study, { ...options, signal, onProgress: display.show });
  } finally {
    stop();
    display.end();
  }
}
