import { readFile } from 'node:fs/promises';
import { badInput, messageOf } from '../../../base/errors.js';
import { sha256 } from '../../../base/hash.js';
import { decodeImage } from '../../../model/images/decode.js';
import { keepChecked, readChecked, writeChecked } from '../../store/checked-entry.js';
import {
  decodeFingerprint,
  encodeFingerprint,
  fingerprintOf,
  fingerprintVersion,
  type Fingerprint,
} from './fingerprint.js';

/** Side at which images are compared, before anybody's camera view. */
const side = 128;

/**
 * The fingerprint of an image file, from the cache where it is there.
 * @param decoder names the decoder and its version: another one may make other pixels
 * @throws FeddymemError (bad-input) naming the file
 */
export async function cachedFingerprint(
  path: string,
  cacheFolder: string,
  decoder: string,
): Promise<Fingerprint> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw badInput(`${path} can't be read: ${messageOf(error)}`, 'Check that it exists.', error);
  }
  const contentHash = sha256(bytes);
  const key = sha256(`fingerprint ${fingerprintVersion} ${side} px ${decoder} ${contentHash}`);
  const known = await readChecked(cacheFolder, 'fingerprints', key);
  if (known) {
    await keepChecked(cacheFolder, 'fingerprints', key);
    return decodeFingerprint(known, `fingerprint of ${path}`);
  }
  const fingerprint = fingerprintOf(await decodeImage(bytes, side, path), side, contentHash);
  await writeChecked(cacheFolder, 'fingerprints', key, encodeFingerprint(fingerprint));
  return fingerprint;
}
