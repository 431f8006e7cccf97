import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Trace } from '../profile/trace-events.js';

export const traceFile = 'trace.json';

/** Writes the trace, an event a line. */
export async function writeTrace(folder: string, { traceEvents, ...others }: Trace): Promise<void> {
  const events = traceEvents.map((event) => JSON.stringify(event)).join(',\n');
  const head = JSON.stringify(others).slice(0, -1);
  await writeFile(join(folder, traceFile), `${head},"traceEvents":[\n${events}\n]}\n`);
}
