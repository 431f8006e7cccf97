import { z } from 'zod';

const alpha = z
  .number()
  .min(0.001)
  .max(1e6)
  .default(0.5)
  .describe('Concentration of the Dirichlet distribution: 0.1 is very unequal, 1000 nearly equal.');

const iid = { by: z.literal('iid') };
const dirichlet = {
  by: z.literal('dirichlet'),
  over: z
    .enum(['category', 'source'])
    .default('category')
    .describe('Clients hold unequal shares of each category, or of each source.'),
  alpha,
};
const quantity = { by: z.literal('quantity'), alpha };
const shards = {
  by: z.literal('shards'),
  perClient: z
    .int()
    .positive()
    .max(1000)
    .default(2)
    .describe('Shards a client is dealt, each of one or few categories.'),
};

const minimum = z
  .int()
  .nonnegative()
  .default(2)
  .describe('Training images a client holds at least: who has fewer is given some of the largest client.');
const counted = {
  clients: z
    .int()
    .positive()
    .max(100_000)
    .optional()
    .describe('Into how many clients the images are split; left out: as many as take part.'),
  minimum,
};
const within = {
  clients: z
    .int()
    .positive()
    .max(100_000)
    .default(2)
    .describe('Into how many clients each client of the outer scheme is split.'),
  minimum,
};

const countedScheme = z.discriminatedUnion('by', [
  z.strictObject({ ...iid, ...within }),
  z.strictObject({ ...dirichlet, ...within }),
  z.strictObject({ ...quantity, ...within }),
  z.strictObject({ ...shards, ...within }),
]);
const then = {
  then: countedScheme.optional().describe('Splits each client again; left out: it stays whole.'),
};

/** Who holds which image. */
export const partitionSchema = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('source'), ...then }).describe('Each data set is a client.'),
  z.strictObject({ by: z.literal('category'), ...then }).describe('Each category of each set is a client.'),
  z
    .strictObject({
      by: z.literal('file-name'),
      pattern: z
        .string()
        .refine(isPattern, 'must be a regular expression with one group, such as ^(exp[1-6])_')
        .describe("Its group is the client; images whose file names do not match are nobody's."),
      ...then,
    })
    .describe('The client stands in the file name.'),
  z
    .strictObject({
      by: z.literal('column'),
      file: z
        .string()
        .min(1)
        .describe('A CSV file with a header; its path starts where those of data.sets do.'),
      key: z
        .string()
        .min(1)
        .default('file')
        .describe("Column with the image's id, the end of its path, or its file name."),
      column: z.string().min(1).default('client').describe('Column with the client.'),
      ...then,
    })
    .describe('The client stands in a table.'),
  z.strictObject({ ...iid, ...counted, ...then }).describe('Equal sizes, alike in content.'),
  z
    .strictObject({ ...dirichlet, ...counted, ...then })
    .describe('Label skew: shares of each category are drawn from a Dirichlet distribution.'),
  z
    .strictObject({ ...quantity, ...counted, ...then })
    .describe('Quantity skew: sizes are drawn from a Dirichlet distribution; content is alike.'),
  z
    .strictObject({ ...shards, ...counted, ...then })
    .describe('Images sorted by category, cut into equal shards and dealt (McMahan et al. 2017).'),
]);

export type PartitionSettings = z.infer<typeof partitionSchema>;
/** A scheme that splits into a given number of clients. */
export type CountedScheme = z.infer<typeof countedScheme>;
/** A scheme whose clients follow from the images. */
export type NaturalSettings = Exclude<PartitionSettings, { by: CountedScheme['by'] }>;

function isPattern(text: string): boolean {
  try {
    return new RegExp(`${text}|`).exec('')!.length === 2;
  } catch {
    return false;
  }
}
