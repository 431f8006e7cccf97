import { badInput } from '../../base/errors.js';
import type { ClientData } from '../data/image.js';
import type { Scenario } from '../scenario/schema.js';

/** What can be known to fail before anything is computed. */
export function checkMemorySizes(
  scenario: Scenario,
  clients: readonly ClientData[],
  patchesPerImage: number,
): void {
  const { memory, patches, calibrationShare, calibration } = scenario.method;
  for (const { id, train } of clients) {
    if (scenario.holdOut.includes(id)) continue;
    const aside = calibration === 'none' ? 0 : Math.max(1, Math.round(calibrationShare * train.length));
    // Clients too small to set anything aside get their own error from the method.
    const available = Math.min(patches, (train.length - aside) * patchesPerImage);
    if (available > 0 && memory.local > available) {
      throw badInput(
        `method.memory.local: ${memory.local} slots are more than the ${available} training patches of client ${id}`,
        `Use at most ${available}, or give the client more images or method.patches.`,
      );
    }
  }
}
