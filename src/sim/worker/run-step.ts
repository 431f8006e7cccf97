import type { Blob } from '../../base/blob.js';
import { invariant } from '../../base/errors.js';
import { sha256 } from '../../base/hash.js';
import { stream } from '../../base/random.js';
import { decodeSafetensors, encodeSafetensors } from '../../base/safetensors.js';
import type { TensorMap } from '../../base/tensor.js';
import { channelsOf, patchGrid } from '../../model/backbone/backbone.js';
import { withKeysOf } from '../../model/engine/keys-of-owner.js';
import type { StepResult } from '../../model/methods/method.js';
import { methodNamed } from '../../model/methods/own-method.js';
import { unreadSettings } from '../../model/methods/unread-by.js';
import { readableSettings } from '../../model/methods/unread-settings.js';
import { isPinned } from '../../model/own-part.js';
import { engineDistances } from '../../model/routines/nearest.js';
import { beginSpan } from '../profile/spans.js';
import type { MethodJob, MethodResult } from './jobs.js';
import { loadMethod, loadParts } from './own-modules.js';
import { categoryOf, patchesOf, type Workbench } from './workbench.js';

/** Runs a method's step for one actor: decodes what it was sent, encodes what it sends. */
export async function runStep(bench: Workbench, job: MethodJob): Promise<MethodResult> {
  const { engine, backbone, ring } = bench;
  const { actor, role, step, seed } = job;
  await loadMethod(job.method);
  const method = methodNamed(job.method);
  await loadParts(job.settings.training);
  const shared = {
    // Its threads serve other modules too, and what is compiled stays.
    engine: isPinned(job.method) ? withKeysOf(job.method, engine) : engine,
    distances: engineDistances(engine),
    // What its key leaves out is out of its reach.
    settings: readableSettings(job.settings, unreadSettings(job.method, step.name, role), step.name),
    round: step.round,
    ...streamsOf(job, role, actor),
    inPlaceOf: (client: string) => streamsOf(job, 'client', client),
    common: (...address: readonly (string | number)[]) => stream(seed, 'common', ...address),
    local: (name: string): TensorMap => {
      invariant(Object.hasOwn(job.local, name), `${actor} has nothing called ${name} in step ${step.name}`);
      return decodeSafetensors(job.local[name].bytes, `${name} of ${actor}`);
    },
    hasLocal: (name: string) => Object.hasOwn(job.local, name),
  };
  const decode = ({ from, payload }: { from: string; payload: Blob | null }): TensorMap | null =>
    payload && decodeSafetensors(payload.bytes, `the message of ${from}`);

  let result: StepResult;
  if (role === 'server') {
    const uploads = job.received.map((entry) => ({
      client: entry.from,
      message: decode(entry) ?? {},
      weight: entry.weight,
    }));
    result = await method.server[step.name]({ ...shared, uploads });
  } else {
    const grid = patchGrid(backbone, ring);
    const patchesPerImage = grid.height * grid.width;
    const channels = channelsOf(backbone);
    const image = new Float32Array(patchesPerImage * channels);
    result = await method.client[step.name]({
      ...shared,
      client: actor,
      received: decode(job.received[0]),
      setup: job.setup && decodeSafetensors(job.setup.bytes, 'the setup from the server'),
      images: {
        count: job.images.length,
        patchesPerImage,
        channels,
        features: (index) => patchesOf(bench, job.images[index], image),
        category: (index) => categoryOf(job.images[index]),
      },
    });
  }
  const entries = Object.entries(result.local ?? {});
  return {
    local: Object.fromEntries(entries.map(([name, tensors]) => [name, tensors && encodeBlob(tensors)])),
    message: result.message ? encodeBlob(result.message) : null,
    setup: result.setup ? encodeBlob(result.setup) : null,
    figures: result.figures ?? {},
  };
}

/** What an actor draws in this step, and in others. */
function streamsOf({ seed, step }: MethodJob, role: MethodJob['role'], actor: string) {
  type Address = readonly (string | number)[];
  return {
    random: (...address: Address) => stream(seed, role, actor, step.name, step.round ?? 'once', ...address),
    inStep:
      (name: string) =>
      (...address: Address) =>
        stream(seed, role, actor, name, name === 'initialise' ? 0 : 'once', ...address),
  };
}

function encodeBlob(tensors: TensorMap): Blob {
  const end = beginSpan('hash', 'encode and hash a blob');
  const bytes = encodeSafetensors(tensors);
  const blob = { hash: sha256(bytes), bytes };
  end({ bytes: bytes.byteLength });
  return blob;
}
