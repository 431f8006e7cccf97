import { mkdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Folder in a run's folder: gallery.json, and the pictures that it names. */
export const galleryFolder = 'gallery';
const indexFile = 'gallery.json';

const imageSchema = z.object({
  /** Its picture: input, anomaly map and true mask side by side. */
  file: z.string().regex(/^[\w-]+\.jpg$/),
  image: z.string(),
  end: z.enum(['hardest', 'easiest']),
  label: z.union([z.literal(0), z.literal(1)]),
  score: z.number(),
});

const gallerySchema = z.object({
  format: z.literal('feddymem gallery 1'),
  clients: z.array(
    z.object({
      id: z.string(),
      /** The score from which on an image is called defective; null where none is defined. */
      threshold: z.number().nullable(),
      images: z.array(imageSchema),
    }),
  ),
  sheet: z.array(z.string()),
});

type GalleryIndex = z.infer<typeof gallerySchema>;
type Pictured<T> = T & { readonly picture: Uint8Array };
export type GalleryImage = Pictured<z.infer<typeof imageSchema>>;
export interface GalleryClient {
  readonly id: string;
  readonly threshold: number | null;
  readonly images: readonly GalleryImage[];
}
/** The images that each client's detector gets most wrong and most right, pictures included. */
export interface Gallery {
  readonly clients: readonly GalleryClient[];
  /** What the numbered rows of heat-maps.png show. */
  readonly sheet: readonly string[];
}
export const emptyGallery: Gallery = { clients: [], sheet: [] };

/** Writes a gallery into a run's folder, in place of one that is there; other files of that folder stay. */
export async function writeGallery(run: string, { clients, sheet }: Gallery): Promise<void> {
  const folder = join(run, galleryFolder);
  await discardGallery(folder);
  if (clients.length === 0) return;
  await mkdir(folder, { recursive: true });
  for (const { file, picture } of clients.flatMap(({ images }) => images))
    await writeFile(join(folder, file), picture);
  const index: GalleryIndex = {
    format: 'feddymem gallery 1',
    clients: clients.map(({ id, threshold, images }) => ({
      id,
      threshold,
      images: images.map(({ file, image, end, label, score }) => ({ file, image, end, label, score })),
    })),
    sheet: [...sheet],
  };
  await writeFile(join(folder, indexFile), JSON.stringify(index, null, 2) + '\n');
}

/** Removes the files that an index names, and it. */
async function discardGallery(folder: string): Promise<void> {
  const parsed = gallerySchema.safeParse(await readJson(join(folder, indexFile)));
  if (!parsed.success) return;
  const files = parsed.data.clients.flatMap(({ images }) => images.map(({ file }) => file));
  for (const file of [...files, indexFile]) await rm(join(folder, file), { force: true });
  await rmdir(folder).catch(() => undefined);
}

/** The gallery of a run's folder; empty where there is none that this version reads. */
export async function readGallery(run: string): Promise<Gallery> {
  const folder = join(run, galleryFolder);
  const parsed = gallerySchema.safeParse(await readJson(join(folder, indexFile)));
  if (!parsed.success) return emptyGallery;
  const picture = (file: string) => readFile(join(folder, file)).catch(() => null);
  const clients = await Promise.all(
    parsed.data.clients.map(async ({ id, threshold, images }) => {
      const pictured = await Promise.all(
        images.map(async (image) => {
          const bytes = await picture(image.file);
          return bytes === null ? [] : [{ ...image, picture: bytes }];
        }),
      );
      return { id, threshold, images: pictured.flat() };
    }),
  );
  return { clients, sheet: parsed.data.sheet };
}

/** Null where there is none. */
async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch {
    return null;
  }
}
