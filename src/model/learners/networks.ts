import { autoencoder } from './autoencoder.js';
import type { Network } from './network.js';
import { simplenet } from './simplenet.js';
import { svdd } from './svdd.js';

/** Every network, by the name that methods and detectors give it. */
export const networks = { simplenet, svdd, autoencoder } as const satisfies Record<string, Network>;
export type NetworkName = keyof typeof networks;
