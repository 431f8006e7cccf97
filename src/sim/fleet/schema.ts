import { z } from 'zod';
import { presets, type PresetName } from './presets.js';

const presetNames = Object.keys(presets) as [PresetName, ...PresetName[]];
const share = z.number().min(0).max(1);
const spread = z.number().nonnegative();

const device = z
  .strictObject({
    gflops: z.number().positive().optional().describe('Billions of operations a second.'),
    memoryGB: z.number().positive().optional().describe('Billions of bytes.'),
    watts: z.number().nonnegative().optional().describe('While it computes.'),
    spread: spread
      .optional()
      .describe('Standard deviation of the natural logarithm of its speed; 0 if absent.'),
  })
  .describe("Fields that differ from the preset's, or from the scenario's device.");

const link = z
  .strictObject({
    latency: z.number().nonnegative().optional().describe('Seconds.'),
    uploadMbit: z.number().positive().optional().describe('Megabits a second.'),
    downloadMbit: z.number().positive().optional().describe('Megabits a second.'),
    spread: spread
      .optional()
      .describe('Standard deviation of the natural logarithm of its rates; 0 if absent.'),
    joulesPerMbitUp: z.number().nonnegative().optional(),
    joulesPerMbitDown: z.number().nonnegative().optional(),
  })
  .describe("Fields that differ from the preset's, or from the scenario's link.");

const availability = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('always') }),
  z.strictObject({
    kind: z.literal('bernoulli'),
    probability: z.number().positive().max(1).describe('Of being reachable, in each round anew.'),
  }),
  z.strictObject({
    kind: z.literal('diurnal'),
    hoursOn: z.number().positive().max(24).describe('Hours a day, in one piece.'),
    startHour: z.number().min(0).lt(24).default(0).describe('Hour of virtual time at which they start.'),
    spread: z.number().min(0).max(24).default(0).describe('Hours about it over which the clients spread.'),
  }),
  z.strictObject({
    kind: z.literal('trace'),
    file: z.string().min(1).describe('CSV with the header client,start,end; seconds of virtual time.'),
  }),
]);

const fields = {
  preset: z.enum(presetNames).optional().describe('Device and link to start from.'),
  device: device.optional(),
  link: link.optional(),
  availability: availability.optional().describe('When the server can reach a client; always if absent.'),
  dropout: share.optional().describe('Probability of dropping out, in each round anew; 0 if absent.'),
  straggling: z
    .strictObject({
      probability: share.describe('Of straggling, in each round anew.'),
      slowdown: z.number().min(1).describe('How many times longer it computes then.'),
    })
    .optional()
    .describe('Rounds in which a client is slow; none if absent.'),
};

const entry = z.strictObject(fields);
const group = z.strictObject({
  share: z.number().positive().default(1).describe('Share of the clients, relative to the other groups.'),
  ...fields,
});

/** Clients that differ. Without groups and entries every client has the scenario's device and link. */
export const fleetSchema = z.strictObject({
  groups: z.array(group).default([]).describe('A client is in one group, drawn by share.'),
  clients: z.record(z.string(), entry).default({}).describe('Clients one by one; wins over the group.'),
});

export type FleetSettings = z.infer<typeof fleetSchema>;
/** What a group and an entry of a single client have in common. */
export type EntrySettings = z.infer<typeof entry>;
export type AvailabilitySettings = z.infer<typeof availability>;
