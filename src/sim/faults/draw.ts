import { stream, type RandomStream } from '../../base/random.js';
import { serverId } from '../../actors/messages.js';
import type { Step } from '../../actors/steps.js';
import type { Fault, FaultSettings } from './schema.js';

type Drawing = NonNullable<FaultSettings['draw']>;

/** Faults drawn from a seed, each from its own address: one more fault leaves the others as they are. */
export function drawFaults(
  drawing: Drawing,
  seed: number,
  clients: readonly string[],
  steps: readonly Step[],
): Fault[] {
  return Array.from({ length: drawing.count }, (_, index) =>
    drawFault(drawing, stream(drawing.seed ?? seed, 'fault', index), clients, steps),
  );
}

function drawFault(
  { kinds, horizon }: Drawing,
  random: RandomStream,
  clients: readonly string[],
  steps: readonly Step[],
): Fault {
  const pick = <T>(from: readonly T[]): T => from[random.integer(from.length)];
  const kind = pick(kinds);
  const client = pick(clients);
  const { name, round } = pick(steps.filter(({ audience }) => audience !== 'held-out'));
  const where = round === null ? { step: name } : { step: name, round };
  const message = { client, direction: pick(['up', 'down'] as const), ...where, nth: 1 };
  const tenths = (most: number) => Math.round(random.uniform() * most * 10) / 10;
  const restartAfter = tenths(horizon);
  switch (kind) {
    case 'crash':
      return { kind, actor: random.uniform() < 0.2 ? serverId : client, at: tenths(horizon), restartAfter };
    case 'crash-computing':
      return {
        kind,
        actor: random.uniform() < 0.2 ? serverId : client,
        ...where,
        share: tenths(1),
        restartAfter,
      };
    case 'crash-sending':
      return { kind, client, ...where, share: tenths(1), restartAfter };
    case 'job-fails':
      return { kind, client, ...where };
    case 'lose':
      return { kind, ...message };
    case 'duplicate':
    case 'delay':
      return { kind, ...message, seconds: tenths(horizon) };
    case 'partition': {
      const clientsCut = clients.filter(() => random.uniform() < 0.5);
      return {
        kind,
        clients: clientsCut.length > 0 ? clientsCut : [client],
        from: tenths(horizon),
        seconds: tenths(horizon / 2),
      };
    }
    case 'corrupt':
      return { kind, ...message, bit: random.integer(1 << 20) };
    case 'invalid':
      return {
        kind,
        client,
        ...where,
        how: pick(['not-a-number', 'wrong-shape', 'absurd-weights', 'truncated'] as const),
      };
    case 'poison':
      return { kind, client, fromRound: round ?? 0, strength: 1 + tenths(5) };
  }
}
