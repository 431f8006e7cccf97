import { portableExp, portableLog } from '../../base/portable-math.js';
import type { ScheduleSettings } from './schema.js';

/** Below this an upload is forgotten. */
const least = 0.05;

/** What an upload counts that is `missed` rounds old: 1 when it is not, 0 when it is to be forgotten. */
export function uploadWeight(
  { absentWeight, buffer }: ScheduleSettings,
  kind: 'absent' | 'stale',
  missed: number,
): number {
  if (kind === 'absent') {
    let weight = 1;
    for (let round = 0; round < missed; round++) weight *= absentWeight;
    return weight < least ? 0 : weight;
  }
  if (missed === 0) return 1;
  if (missed > buffer.maximumStaleness) return 0;
  // Nguyen et al. 2022, "Federated Learning with Buffered Asynchronous Aggregation", §5: polynomial staleness.
  if (buffer.stalenessExponent === 0.5) return 1 / Math.sqrt(1 + missed);
  return portableExp(-buffer.stalenessExponent * portableLog(1 + missed));
}
