import { z } from 'zod';
import { scenarioSchema } from '../scenario/schema.js';
import { runResultSchema } from './run-result.js';

/** The JSON Schemas in schemas/: what a scenario file may say (defaults may be left out), what result.json holds. */
export function publishedSchemas(): Record<'scenario' | 'result', unknown> {
  return {
    scenario: z.toJSONSchema(scenarioSchema, { io: 'input' }),
    result: z.toJSONSchema(runResultSchema),
  };
}
