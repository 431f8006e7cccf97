import { parse } from 'csv-parse/sync';

/** What a client's detector says of the client's own test images. */
export interface ClientScores {
  readonly client: string;
  readonly normal: readonly number[];
  readonly defective: readonly number[];
}

/** The own and unseen views of a scores.csv, client by client in the file's order. */
export function readOwnScores(csv: string): ClientScores[] {
  const clients = new Map<string, { client: string; normal: number[]; defective: number[] }>();
  const rows = parse<Record<'client' | 'view' | 'label' | 'score', string>>(csv, { columns: true });
  for (const { client, view, label, score } of rows) {
    if (view === 'global' || !Number.isFinite(Number(score))) continue;
    const scores = clients.get(client) ?? { client, normal: [], defective: [] };
    clients.set(client, scores);
    (label === '1' ? scores.defective : scores.normal).push(Number(score));
  }
  return [...clients.values()];
}
