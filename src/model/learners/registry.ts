import { cfa } from './cfa.js';
import type { Learner } from './learner.js';
import { networkLearner } from './network-learner.js';

/** Every learner of the parameter-sharing methods, by the second part of their names. */
export const learners = {
  cfa,
  simplenet: networkLearner('simplenet'),
  svdd: networkLearner('svdd'),
  autoencoder: networkLearner('autoencoder'),
} as const satisfies Record<string, Learner>;
