import { z } from 'zod';
import { coresetChoices, defaultRival as given } from '../../model/methods/rival-settings.js';

const weight = z.number().nonnegative();
const width = z.int().positive().max(4096);

/** `method.rival`: what only the rivals read. */
export const rivalSchema = z.strictObject({
  coreset: z
    .enum(coresetChoices)
    .default(given.coreset)
    .describe('fed-patchcore: how patches are chosen, greedily or at random.'),
  prototypes: width
    .default(given.prototypes)
    .describe('fed-proto: means that a client uploads; 1: that of all its patches.'),
  hidden: width
    .default(given.hidden)
    .describe('Width of hidden layers: simplenet’s discriminator, svdd, autoencoder.'),
  bottleneck: width
    .default(given.bottleneck)
    .describe('Numbers of the autoencoder’s code and of svdd’s embedding.'),
  noise: z
    .number()
    .positive()
    .default(given.noise)
    .describe('simplenet: deviation of its noise, in root mean squares of a patch’s numbers.'),
  fedprox: z
    .strictObject({
      mu: weight.default(given.fedprox.mu).describe('Holds clients near the global parameters; 0: fedavg.'),
    })
    .prefault({}),
  moon: z
    .strictObject({
      mu: weight.default(given.moon.mu).describe('Weight of the contrastive term; 0: fedavg.'),
      temperature: z.number().min(0.05).default(given.moon.temperature),
    })
    .prefault({}),
  scaffold: z
    .strictObject({
      learningRate: z
        .number()
        .positive()
        .default(given.scaffold.learningRate)
        .describe('Of its plain gradient descent; training.learningRate is Adam’s.'),
    })
    .prefault({}),
});
