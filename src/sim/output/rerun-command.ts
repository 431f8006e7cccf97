import { join } from 'node:path';

/** The command that runs a folder's run again. A fork has no scenario of its own: its rounds before have another's. */
export function rerunCommand(
  folder: string,
  { forked, data }: { readonly forked: boolean; readonly data?: string },
): string {
  const words = forked ? ['verify', folder] : ['run', join(folder, 'scenario.yaml')];
  return ['feddymem', ...words, ...(data === undefined ? [] : ['--data', data])].map(quoted).join(' ');
}

/** A word as a shell reads it. */
export function quoted(text: string): string {
  return /^[\w./=,:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
