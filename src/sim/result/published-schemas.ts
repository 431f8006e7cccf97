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

type JsonSchema = z.core.JSONSchema.JSONSchema;
type FieldSchema = z.core.JSONSchema._JSONSchema;

/** The same fields, of which the other file may give any: what a field is still holds, not that it is there. */
function withoutRequired(fields: Readonly<Record<string, FieldSchema>>): Record<string, FieldSchema> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, typeof field === 'boolean' ? field : partly(field)]),
  );
}

function partly({ required: _, properties, anyOf, oneOf, ...rest }: JsonSchema): JsonSchema {
  // Without what is required, several alternatives may fit.
  const alternatives = [...(anyOf ?? []), ...(oneOf ?? [])].map((each) => partly(each as JsonSchema));
  return {
    ...rest,
    ...(properties && { properties: withoutRequired(properties) }),
    ...(alternatives.length > 0 && { anyOf: alternatives }),
  };
}

/** A file may start from another one; then only that one together with it is a whole scenario. */
function orExtending(schema: z.core.JSONSchema.JSONSchema): z.core.JSONSchema.JSONSchema {
  const { $schema, title, ...whole } = schema;
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
        ...withoutRequired(whole.properties ?? {}),
      },
      additionalProperties: false,
    },
    else: whole,
  };
}
