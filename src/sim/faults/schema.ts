import { z } from 'zod';

const count = z.int().positive();
const seconds = z.number().nonnegative().max(1e9);
const share = z.number().min(0).max(1);

/** Which step a fault hits; without a round, the first one of that name that comes. */
const where = {
  step: z.string().min(1).describe('Name of the step, such as train.'),
  round: z.int().nonnegative().optional(),
};
const message = {
  client: z.string().min(1),
  direction: z.enum(['up', 'down']).default('up').describe('up: from the client; down: to it.'),
  ...where,
  nth: count.default(1).describe('Which of the messages that fit: later ones are repetitions.'),
};
const back = {
  restartAfter: z.number().nonnegative().nullable().default(10).describe('Virtual seconds; null: never.'),
};

export const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('crash'),
    actor: z.string().min(1).describe('A client, or server.'),
    at: seconds.describe('Virtual seconds.'),
    ...back,
  }),
  z.strictObject({
    kind: z.literal('crash-computing'),
    actor: z.string().min(1).describe('A client, or server.'),
    ...where,
    share: share.default(0.5).describe('Of the work, done by then.'),
    ...back,
  }),
  z.strictObject({
    kind: z.literal('crash-sending'),
    client: z.string().min(1),
    ...where,
    share: share.default(0.5).describe('Of the upload, sent by then.'),
    ...back,
  }),
  z.strictObject({ kind: z.literal('job-fails'), client: z.string().min(1), ...where }),
  z.strictObject({ kind: z.literal('lose'), ...message }),
  z.strictObject({ kind: z.literal('duplicate'), ...message, seconds: seconds.default(1) }),
  z
    .strictObject({ kind: z.literal('delay'), ...message, seconds: seconds.default(60) })
    .describe('Later messages overtake it: this is also how messages are reordered.'),
  z.strictObject({
    kind: z.literal('partition'),
    clients: z.array(z.string().min(1)).min(1).describe('Who is cut off from the server.'),
    from: seconds,
    seconds: seconds.describe('How long.'),
  }),
  z.strictObject({
    kind: z.literal('corrupt'),
    ...message,
    bit: z.int().nonnegative().default(4096).describe('Which bit flips on the way, modulo the length.'),
  }),
  z
    .strictObject({
      kind: z.literal('invalid'),
      client: z.string().min(1),
      ...where,
      how: z.enum(['not-a-number', 'wrong-shape', 'absurd-weights', 'truncated']),
    })
    .describe('The client itself uploads nonsense, with a fitting checksum.'),
  z
    .strictObject({
      kind: z.literal('poison'),
      client: z.string().min(1),
      fromRound: z.int().nonnegative().default(0),
      strength: z.number().positive().max(1000).default(3).describe('Shift of every slot, in slot norms.'),
    })
    .describe("Shifts every memory the client uploads, plausibly enough to pass the server's checks."),
]);

export type Fault = z.infer<typeof faultSchema>;
export type FaultKind = Fault['kind'];

export const faultKinds = [
  'crash',
  'crash-computing',
  'crash-sending',
  'job-fails',
  'lose',
  'duplicate',
  'delay',
  'partition',
  'corrupt',
  'invalid',
  'poison',
] as const satisfies readonly FaultKind[];

/** What goes wrong in a run: faults set one by one, and faults drawn from the seed. */
export const faultsSchema = z.strictObject({
  plan: z.array(faultSchema).default([]),
  draw: z
    .strictObject({
      count: z.int().nonnegative().describe('Faults.'),
      kinds: z
        .array(z.enum(faultKinds))
        .min(1)
        .default([...faultKinds]),
      seed: z.int().optional().describe("Left out: the scenario's."),
      horizon: z.number().positive().default(60).describe('Virtual seconds within which timed faults begin.'),
    })
    .optional(),
  supervision: z
    .strictObject({
      onFailure: z
        .enum(['resume', 'restart', 'stop', 'escalate'])
        .default('escalate')
        .describe(
          'When a client fails: it goes on without the answer; starts again from what it had stored; never answers again; or the run ends.',
        ),
      restarts: z.int().nonnegative().default(3).describe('After so many restarts it is stopped.'),
    })
    .prefault({}),
});

export type FaultSettings = z.infer<typeof faultsSchema>;
