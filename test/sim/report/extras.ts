import type { Json } from '../../../src/base/hash.js';
import { galleryStrip } from '../../../src/sim/report/gallery/strip.js';
import type { Gallery, GalleryClient } from '../../../src/sim/report/gallery/gallery-file.js';
import type { RunReport } from '../../../src/sim/report/report.js';
import type { ClientScores } from '../../../src/sim/report/scores/read-scores.js';
import { readTimeline } from '../../../src/sim/report/timeline/timeline.js';
import type { RunResult } from '../../../src/sim/result/run-result.js';

/** A report with everything in it: scores, messages, one lost, and pictures. */
export async function sampleReport(result: RunResult): Promise<RunReport> {
  const ids = result.clients.map(({ id }) => id);
  return {
    result,
    command: 'feddymem run scenarios/demo.yaml --seed 7',
    settings: { method: { rounds: 12 } },
    provenance: { 'Code (SHA-256)': 'c0de' },
    scores: ids.map(sampleScores),
    timeline: await readTimeline(sampleEntries(ids, 3), ids),
    gallery: await sampleGallery(ids.slice(0, 2)),
  };
}

export function sampleScores(client: string): ClientScores {
  const normal = Array.from({ length: 20 }, (_, at) => 1 + 0.11 * at);
  return { client, normal, defective: normal.map((score, at) => score * (1.4 + 0.2 * at)) };
}

/** What a journal says of rounds in which the server asks and every client answers; the last answer is lost. */
export function sampleEntries(clients: readonly string[], rounds: number): Record<string, Json>[] {
  const entries: Record<string, Json>[] = [];
  let number = 0;
  for (let round = 0; round < rounds; round++) {
    const start = 10 * round;
    for (const [at, client] of clients.entries()) {
      const down = { from: 'server', to: client, bytes: 4000, round, number: ++number, sentAt: start };
      const up = { from: client, to: 'server', bytes: 900, round, number, sentAt: start + 6 + at / 10 };
      const lost = round === rounds - 1 && at === clients.length - 1;
      entries.push(
        { event: 'sent', kind: 'broadcast', ...down, time: start },
        { event: 'delivered', kind: 'broadcast', ...down, time: start + 1 },
        { event: 'compute', at: client, step: 'train', round, seconds: 5 + at / 10, time: start + 1 },
        { event: 'delivered', kind: 'computed', from: client, to: client, bytes: 0, time: start + 6 },
        { event: lost ? 'lost' : 'delivered', kind: 'upload', ...up, time: start + 8 },
      );
    }
    entries.push({ event: 'step-done', by: 'server', step: 'train', round, time: start + 9 });
  }
  return entries;
}

export async function sampleGallery(clients: readonly string[]): Promise<Gallery> {
  const size = 8;
  const map = Float32Array.from({ length: 64 }, (_, at) => at / 64);
  const row = { pixels: new Uint8Array(192).fill(90), size, map, low: 0, high: 1, mask: null };
  const picture = await galleryStrip(row, 16);
  const pictures = clients.map((id, at): GalleryClient => ({
    id,
    threshold: 2,
    images: [
      { file: `${at + 1}-1.jpg`, image: `${id}/bad/1`, end: 'hardest', label: 1, score: 1.5, picture },
      { file: `${at + 1}-2.jpg`, image: `${id}/good/7`, end: 'hardest', label: 0, score: 2.5, picture },
      { file: `${at + 1}-3.jpg`, image: `${id}/bad/2`, end: 'easiest', label: 1, score: 9, picture },
    ],
  }));
  return { clients: pictures, sheet: clients.map((id) => `${id} in the sheet`) };
}
