import { messageOf } from '../../base/errors.js';
import { decodeSafetensors } from '../../base/safetensors.js';
import type { BlobStore } from './blob-store.js';
import type { Federation, Inspect } from './federation.js';
import { segmentAt } from './federation.js';

/** The server's look at every upload: whether it can be what the client was asked for. */
export function inspector(
  { method, segments, sizesOf }: Pick<Federation, 'method' | 'segments' | 'sizesOf'>,
  store: BlobStore,
): Inspect {
  return (step, client, payload, local) => {
    const check = method.inspect[step.name];
    try {
      const message = payload ? decodeSafetensors(store.get(payload), 'it') : {};
      check(message, {
        client,
        sizes: sizesOf(client),
        settings: segmentAt(segments, step.round).settings,
        hasLocal: (name) => Object.hasOwn(local, name),
        local: (name) => decodeSafetensors(store.get(local[name]), `${name} of the server`),
      });
      return null;
    } catch (error) {
      return messageOf(error);
    }
  };
}
