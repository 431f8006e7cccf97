// Writes the published JSON Schemas from the code's own; a test checks that they are up to date.
import { writeFileSync } from 'node:fs';
import { publishedSchemas } from '../dist/sim/result/published-schemas.js';

for (const [name, schema] of Object.entries(publishedSchemas())) {
  writeFileSync(
    new URL(`../schemas/${name}.schema.json`, import.meta.url),
    JSON.stringify(schema, null, 2) + '\n',
  );
}
