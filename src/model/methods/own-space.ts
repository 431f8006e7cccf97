import { runFailed } from '../../base/errors.js';
import type { TensorMap } from '../../base/tensor.js';
import { combineMomentSums, combineSecondMoments, enterSpace } from './alignment-steps.js';
import { sendMoments, sendSecondMoments } from './alignment-steps.js';
import { withLocal, type ClientContext, type LocalEntries, type ServerContext } from './method.js';

/**
 * A shared space of one client: it goes through the federation's exchange alone, as client and as server. The space and
 * its patches are then those of a federation of one, bit for bit (but for `orthogonal`, whose directions are drawn).
 */
export async function enterOwnSpace(given: ClientContext): Promise<LocalEntries> {
  const context = { ...given, random: given.inStep('moments') };
  const serverWith = (message: TensorMap, local: LocalEntries): ServerContext => ({
    ...withLocal(context, local),
    uploads: [{ client: context.client, message, weight: 1 }],
  });
  const sampled = await sendMoments(context);
  const first = await combineMomentSums(serverWith(sampled.message!, {}));
  let { setup } = first;
  if (!setup) {
    const asked = { ...withLocal(context, sampled.local!), received: first.message! };
    const second = await sendSecondMoments(asked);
    ({ setup } = await combineSecondMoments(serverWith(second.message!, first.local!)));
  }
  if (!setup) throw runFailed(`client ${context.client} found no space of its own`);
  return enterSpace({ ...withLocal(context, sampled.local!), setup });
}
