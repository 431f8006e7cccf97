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
    const uploaded = payload && store.get(payload);
    let lost: unknown;
    const own = (name: string) => {
      try {
        return store.get(local[name]);
      } catch (error) {
        if (Object.hasOwn(local, name)) lost = error;
        throw error;
      }
    };
    try {
      const message = uploaded ? decodeSafetensors(uploaded, 'it') : {};
      check(message, {
        client,
        sizes: sizesOf(client),
        settings: segmentAt(segments, step.round).settings,
        hasLocal: (name) => Object.hasOwn(local, name),
        local: (name) => decodeSafetensors(own(name), `${name} of the server`),
      });
      return null;
    } catch (error) {
      // What the server has lost is not the upload's fault.
      if (lost !== undefined) throw lost as Error;
      return messageOf(error);
    }
  };
}
