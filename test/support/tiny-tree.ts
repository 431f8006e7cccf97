import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll } from 'vitest';

/** What a file of a tiny tree holds: a picture, a mask with or without a marked square, or this text. */
export type TinyFile = 'image' | 'mask' | 'empty-mask' | { readonly text: string };

const side = 8;
const roots: string[] = [];

afterAll(() => Promise.all(roots.map((root) => rm(root, { recursive: true, force: true }))));

/**
 * A new temporary folder with these files, written with `/` from its root; pictures are 8×8 pixels in the format of
 * their names (PNG where sharp can't write it). Paths that end in `/` are empty folders.
 * @returns the folder's absolute path; it is removed after the test file
 */
export async function tinyTree(files: Readonly<Record<string, TinyFile>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'feddymem-tree-'));
  roots.push(root);
  await addToTree(root, files);
  return root;
}

export async function addToTree(root: string, files: Readonly<Record<string, TinyFile>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const target = join(root, path);
    await mkdir(path.endsWith('/') ? target : dirname(target), { recursive: true });
    if (path.endsWith('/')) continue;
    await writeFile(target, typeof content === 'object' ? content.text : await picture(path, content));
  }
}

/** Many files of one kind. */
export function each(paths: readonly string[], content: TinyFile): Record<string, TinyFile> {
  return Object.fromEntries(paths.map((path) => [path, content]));
}

function picture(path: string, content: 'image' | 'mask' | 'empty-mask'): Promise<Buffer> {
  // Every path its own picture, so that content hashes differ.
  const shade = [...path].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 251, 7);
  const pixels = Uint8Array.from({ length: side * side }, (_, at) => {
    if (content === 'image') return (shade + at) % 256;
    return content === 'mask' && at % side < 4 && at < (side * side) / 2 ? 255 : 0;
  });
  const image = sharp(pixels, { raw: { width: side, height: side, channels: 1 } });
  if (/\.jpe?g$/i.test(path)) return image.jpeg().toBuffer();
  if (/\.tiff?$/i.test(path)) return image.tiff().toBuffer();
  return image.png().toBuffer();
}
