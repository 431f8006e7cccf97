import { z } from 'zod';
import { scenarioSchema } from '../scenario/schema.js';
import { sweepSchema } from '../study/sweep-file.js';
import { runResultSchema } from './run-result.js';

/** The JSON Schemas in schemas/: what a scenario and a sweep may say (defaults may be left out), what result.json holds. */
export function publishedSchemas(): Record<'scenario' | 'sweep' | 'result', unknown> {
  return {
    scenario: orExtending(z.toJSONSchema(scenarioSchema, { io: 'input' })),
    sweep: z.toJSONSchema(sweepSchema, { io: 'input' }),
    result: z.toJSONSchema(runResultSchema),
  };
}

/** A file may start from another one; then only that one together with it is a whole scenario. */
function orExtending(schema: z.core.JSONSchema.JSONSchema): z.core.JSONSchema.JSONSchema {
  const { $schema, title, ...whole } = schema;
  const fields = Object.keys(whole.properties ?? {}).map((name) => [name, true] as const);
  return {
    $schema,
    title,
    if: { type: 'object', required: ['extends'] },
    then: {
      type: 'object',
      properties: {
        extends: {
          type: 'string',
          description: 'A scenario file, relative to this one, over whose fields these are laid.',
        },
        ...Object.fromEntries(fields),
      },
      additionalProperties: false,
    },
    else: whole,
  };
}
