import { hashJson, type Json } from '../../base/hash.js';
import type { StudyCell } from './study-file.js';

/** File systems allow 255 bytes; people read fewer. */
const longest = 120;

/** What `cellIds` makes: a name of a folder, and never a way out of the one that it is in. */
export const cellIdPattern = /^(?!\.{1,2}$)[A-Za-z0-9_.=-]+$/;

/** Names of the cells' folders: `clients=4_method=local_seed=1`, with a hash where that is too long or not unique. */
export function cellIds(cells: readonly Omit<StudyCell, 'id'>[]): string[] {
  const plain = cells.map(plainId);
  const count = new Map<string, number>();
  // Some file systems take a and A for the same.
  for (const id of plain) count.set(id.toLowerCase(), (count.get(id.toLowerCase()) ?? 0) + 1);
  return plain.map((id, at) => {
    if (id.length <= longest && count.get(id.toLowerCase()) === 1) return id;
    const { changes, seed } = cells[at];
    return `${id.slice(0, longest - 9)}-${hashJson({ changes, seed } as Json).slice(0, 8)}`;
  });
}

function plainId({ axes, seed }: Omit<StudyCell, 'id'>): string {
  const parts = [...Object.entries(axes), ['seed', seed] as const];
  return parts.map(([name, value]) => `${safe(name)}=${safe(String(value))}`).join('_');
}

function safe(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9.-]+/g, '-').replaceAll(/^-+(?=\D)|-+$/g, '') || 'empty';
}
