import { sha256 } from '../../base/hash.js';

/**
 * The clients that finish and are evaluated, in their order: all, or a seeded sample. A client's place in the draw is a
 * hash of its own address, so that one more client takes the place of one in the sample or leaves it as it is.
 * @param most left out: all
 */
export function evaluatedClients(
  participants: readonly string[],
  seed: number,
  most = Infinity,
): readonly string[] {
  if (most >= participants.length) return participants;
  const places = participants.map((client, rank) => ({
    client,
    rank,
    place: sha256(JSON.stringify([seed, 'client', client, 'evaluated'])),
  }));
  return places
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .slice(0, most)
    .sort((a, b) => a.rank - b.rank)
    .map(({ client }) => client);
}
