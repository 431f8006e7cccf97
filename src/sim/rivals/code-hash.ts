import { hashJson, type ContentHash, type Json } from '../../base/hash.js';
import { codeOfRuns } from '../run/code-fingerprint.js';
import { parseScenario } from '../scenario/load.js';

/** A hash of the code that computes and of the defaults that scenarios leave to it. */
export function codeHash(): ContentHash {
  const defaults = parseScenario({ name: 'any', data: { source: 'folder', sets: ['any'] } }, 'defaults');
  return hashJson({ code: codeOfRuns(), defaults: JSON.parse(JSON.stringify(defaults)) as Json }).slice(
    0,
    16,
  );
}
