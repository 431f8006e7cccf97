import { canonicalJson, hashJson } from '../../../base/hash.js';
import type { CellContents } from './cell-contents.js';
import type { Column } from './column.js';

/** Where a run's figures come from: manifest.json, or result.json where that says it too. */
export const runOrigin: readonly Column<CellContents>[] = [
  {
    name: 'journal_digest',
    type: 'VARCHAR',
    about: 'SHA-256 over all lines of the journal',
    of: (cell) => cell.result?.journalDigest,
  },
  {
    name: 'scenario_hash',
    type: 'VARCHAR',
    about: 'SHA-256 of the canonical JSON of the scenario with every default; of a fork, of all its segments',
    of: ({ manifest }) =>
      manifest && hashJson(manifest.segments.length > 1 ? manifest.segments : manifest.segments[0].scenario),
  },
  {
    name: 'fork_of',
    type: 'VARCHAR',
    about: 'The run that this one is a fork of',
    of: (cell) => cell.manifest?.forkOf,
  },
  {
    name: 'code_hash',
    type: 'VARCHAR',
    about: 'Hash of the code that computed',
    of: (cell) => cell.manifest?.code,
  },
  {
    name: 'modules_hash',
    type: 'VARCHAR',
    about: "SHA-256 of the canonical JSON of the hashes of the user's own modules; NULL: none",
    of: ({ manifest }) => manifest?.modules && hashJson(manifest.modules),
  },
  {
    name: 'cpu',
    type: 'VARCHAR',
    about: "The processor's model",
    of: (cell) => versions(cell)?.cpu,
  },
  {
    name: 'cpu_features',
    type: 'VARCHAR',
    about: 'Its vector instructions, where they are known',
    of: (cell) => versions(cell)?.instructions,
  },
  {
    name: 'versions',
    type: 'JSON',
    about: 'Versions of all that the figures depend on',
    of: (cell) => {
      const all = versions(cell);
      return all && canonicalJson(all);
    },
  },
];

/** Of the result first: it also knows what the engine said of itself. */
const versions = ({ result, manifest }: CellContents): Readonly<Record<string, string>> | undefined =>
  result?.versions ?? manifest?.versions;
