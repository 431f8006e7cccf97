import type { ClientData } from '../data/image.js';
import type { FinishedRun } from '../run/run-scenario.js';

/** Clients that there can be pictures of, in their order: evaluated, and not of drawn features. */
export function picturedClients({ clients, result }: FinishedRun): readonly ClientData[] {
  const evaluated = new Set(result.clients.filter(({ own, unseen }) => own ?? unseen).map(({ id }) => id));
  return clients.filter(({ id, drawn }) => !drawn && evaluated.has(id));
}
