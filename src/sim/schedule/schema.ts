import { z } from 'zod';

const count = z.int().positive();

/** How rounds are run: whom the server asks, how long it waits, and what becomes of what comes late. */
export const scheduleSchema = z
  .strictObject({
    mode: z
      .enum(['synchronous', 'buffered'])
      .default('synchronous')
      .describe(
        'buffered: asynchronous, the global memory is rebuilt after every so many uploads (FedBuff).',
      ),
    cohort: z
      .number()
      .positive()
      .optional()
      .describe('Clients a round: a count, or below 1 a share of those who take part; left out: all.'),
    overSelection: z
      .number()
      .min(1)
      .max(10)
      .default(1)
      .describe('Ask this many times as many, go on when the cohort is complete.'),
    deadline: z
      .number()
      .positive()
      .optional()
      .describe('Virtual seconds after which a step goes on with the uploads it has; left out: never.'),
    minimum: count.default(1).describe('Fewer accepted uploads abandon the step.'),
    retry: z
      .strictObject({
        after: z.number().positive().describe('Virtual seconds.'),
        times: count.default(3),
      })
      .optional()
      .describe('Ask again who has not answered; then give up. Left out: wait.'),
    late: z
      .enum(['keep', 'discard'])
      .default('keep')
      .describe('keep: a late memory speaks for its client in the next rounds, as an absent one does.'),
    absentWeight: z
      .number()
      .min(0)
      .max(1)
      .default(0.9)
      .describe("What an absent client's last memory counts, for every round missed again; 0 forgets it."),
    buffer: z
      .strictObject({
        size: count.default(10).describe('Uploads an aggregation takes; at most one a client.'),
        concurrency: count.default(20).describe('Clients at work at any time.'),
        stalenessExponent: z
          .number()
          .min(0)
          .max(10)
          .default(0.5)
          .describe('A memory begun s rounds ago counts (1 + s)^−exponent.'),
        maximumStaleness: z.int().nonnegative().default(20).describe('Older ones are late.'),
      })
      .prefault({})
      .describe('For mode buffered.'),
  })
  .refine(({ cohort }) => cohort === undefined || cohort < 1 || Number.isInteger(cohort), {
    path: ['cohort'],
    message: 'must be a whole number of clients, or a share below 1',
  });

export type ScheduleSettings = z.infer<typeof scheduleSchema>;
