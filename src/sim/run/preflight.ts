import { badInput } from '../../base/errors.js';
import { imagesAside } from '../../model/methods/images-aside.js';
import { isModulePath } from '../scenario/module-paths.js';
import { trainingImageCount, type ClientData } from '../data/image.js';
import type { Scenario } from '../scenario/schema.js';
import { cohortSize } from '../schedule/invite.js';
import { isBuffered, segmentAt, type Federation } from './federation.js';

/** What can be known to fail before anything is computed. */
export function checkMemorySizes(
  scenario: Scenario,
  clients: readonly ClientData[],
  patchesPerImage: number,
): void {
  const { name, memory, patches } = scenario.method;
  // Whether a user's own method has a bank is not known.
  if (isModulePath(name)) return;
  const availableOf = (images: number) =>
    Math.min(patches, (images - imagesAside(images, scenario.method)) * patchesPerImage);
  for (const client of clients) {
    if (scenario.holdOut.includes(client.id)) continue;
    // More images are never fewer patches.
    if (client.fewestTrain !== undefined && memory.local <= availableOf(client.fewestTrain)) continue;
    // Clients too small to set anything aside get their own error from the method.
    const available = availableOf(trainingImageCount(client));
    if (available > 0 && memory.local > available) {
      throw badInput(
        `method.memory.local: ${memory.local} slots are more than the ${available} training patches of client ${client.id}`,
        `Use at most ${available}, or give the client more images or method.patches.`,
      );
    }
  }
}

/** What scores.csv and its readers still hold: two fifths of a gigabyte. */
const mostScores = 5_000_000;

/**
 * Every detector scores everybody's test images: of very many clients, more than can be computed, written and read.
 * @throws FeddymemError (bad-input)
 */
export function checkScoreCount(clients: readonly ClientData[], { evaluated }: Federation): void {
  const members = new Set(evaluated);
  let images = 0;
  for (const client of clients) {
    if (members.has(client.id)) images += client.test.length;
    if (evaluated.length * images <= mostScores) continue;
    const most = Math.floor(Math.sqrt(mostScores / client.test.length));
    throw badInput(
      `${evaluated.length} clients are too many to evaluate each on the test images of all: more than ${mostScores} scores`,
      `Evaluate a seeded sample of them, with evaluate.clients: at most ${most} or so.`,
    );
  }
}

/**
 * Whether steps can have the uploads without which they are abandoned.
 * @throws FeddymemError (bad-input)
 */
export function checkMinimum({ segments, steps, participants }: Federation): void {
  for (const { schedule } of segments) {
    const { minimum, buffer } = schedule;
    const asked = cohortSize(schedule, participants.length);
    const taken = Math.min(buffer.size, participants.length);
    const refused = (most: number, why: string) =>
      badInput(
        `schedule.minimum: ${minimum} uploads are more than ${why}, so every step would be abandoned`,
        `Use at most ${most}.`,
      );
    if (minimum > asked && steps.some(({ audience }) => audience === 'cohort'))
      throw refused(asked, `the ${asked} that a step asks for`);
    if (minimum > taken && steps.some((step) => isBuffered({ schedule }, step)))
      throw refused(taken, `the ${taken} that a buffer takes (schedule.buffer.size)`);
  }
}

/** Above so many clients nobody's device is looked at before it is needed. */
const mostChecked = 10_000;

/**
 * Whether devices hold what training needs at once: sampled patches as features and in the shared space, and batches.
 * @throws FeddymemError (bad-input) naming the first client that does not
 */
export function checkDeviceMemory({ segments, participants, sizesOf }: Federation): void {
  if (participants.length > mostChecked) return;
  const { settings, fleet } = segmentAt(segments, Infinity);
  for (const id of participants) {
    const { memoryBytes } = fleet.profileOf(id);
    if (!Number.isFinite(memoryBytes)) continue;
    const { trainingImages, patchesPerImage, channels } = sizesOf(id);
    const patches = Math.min(settings.patches, trainingImages * patchesPerImage);
    const needed = 4 * patches * (channels + 2 * Math.min(settings.dimensions, channels));
    if (needed <= memoryBytes) continue;
    const megabytes = (bytes: number) => Math.ceil(bytes / 1e6);
    throw badInput(
      `client ${id}: its device has ${megabytes(memoryBytes)} MB of memory, training needs ${megabytes(needed)} MB`,
      'Lower method.patches, or give it more with fleet (device.memoryGB).',
    );
  }
}
