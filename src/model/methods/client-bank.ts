import type { Matrix } from '../../base/tensor.js';
import { dynamicUpdates } from '../../memory/dynamic-update.js';
import { movedSlots } from '../../memory/ema.js';
import type { MemoryBank } from '../../memory/memory-bank.js';
import { embedRows } from '../generator/embed.js';
import type { TrainingInput } from '../loss/training.js';
import type { ClientContext } from './method.js';
import { alignedPatches } from './patches.js';

/**
 * A client's bank lives where `space` says: its slots are points of the shared space that pass through the generator
 * when they are used, or embeddings as they are.
 */
type Parameters = readonly Float32Array[];

/** Patches of the shared space after the client's generator. */
export function embedPatches(
  context: ClientContext,
  parameters: Parameters,
  patches: Matrix,
): Promise<Matrix> {
  return embedRows(context.engine, context.settings.training.generator, parameters, patches);
}

/** Slots as distances are measured to them. */
export function embedSlots(context: ClientContext, parameters: Parameters, slots: Matrix): Promise<Matrix> {
  return context.settings.space === 'embedding'
    ? Promise.resolve(slots)
    : embedPatches(context, parameters, slots);
}

/** The bank after a round of training, by the settings' dynamic update. @param previous as training left it */
export async function updatedBank(
  context: ClientContext,
  parameters: Parameters,
  previous: MemoryBank,
): Promise<MemoryBank> {
  const { settings, distances } = context;
  const { training: patches } = alignedPatches(context);
  const embedded = await embedPatches(context, parameters, patches);
  return dynamicUpdates[settings.update](
    {
      points: settings.space === 'embedding' ? embedded : patches,
      embedded,
      previous,
      ...((settings.update === 'ema' || settings.memory.start === 'previous') && {
        embeddedSlots: await embedSlots(context, parameters, previous.vectors),
      }),
      slots: settings.memory.local,
    },
    context.random('bank'),
    distances,
  );
}

/** For update `ema`: every batch moves the slots that its patches are nearest to, as the generator has it by then. */
export function followBatches(context: ClientContext): NonNullable<TrainingInput['follow']> {
  return async (bank, patches, parameters) => {
    const embedded = await embedPatches(context, parameters, patches);
    const slots = await embedSlots(context, parameters, bank.vectors);
    const { indices } = await context.distances.nearest(embedded, slots, 1);
    return movedSlots(bank, context.settings.space === 'embedding' ? embedded : patches, indices);
  };
}
