import { revealLabel } from '../data/label.js';
import type { FinishedRun } from '../run/run-scenario.js';

/** One line a score: client (whose detector), image, view, label (0 normal, 1 defective), score, then what the image is. */
export function scoresCsv({ scores, clients, result }: FinishedRun): string {
  const lines = ['client,image,view,label,score,category,source'];
  const heldOut = new Set(result.clients.filter((client) => client.heldOut).map(({ id }) => id));
  const scored = new Set(scores.entries.map(({ images }) => images));
  // Drawn images are listed anew by whoever asks.
  const imagesOf = new Map(
    clients.filter(({ id }) => scored.has(id)).map((client) => [client.id, client.test]),
  );
  for (const view of ['own', 'global', 'unseen'] as const) {
    for (const { detector, images, scores: values } of scores.entries) {
      const own = detector === images;
      if (
        view === 'own'
          ? !own || heldOut.has(detector)
          : view === 'unseen'
            ? !heldOut.has(detector)
            : heldOut.has(detector)
      ) {
        continue;
      }
      imagesOf.get(images)!.forEach((image, at) => {
        lines.push(
          [
            quoted(detector),
            quoted(image.id),
            view,
            revealLabel(image.label),
            values[at],
            quoted(image.category),
            quoted(image.source),
          ].join(','),
        );
      });
    }
  }
  return lines.join('\n') + '\n';
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
