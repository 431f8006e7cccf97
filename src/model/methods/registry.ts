import { fedavgCfa } from './fedavg-cfa.js';
import { feddymem } from './feddymem.js';
import { local } from './local.js';
import type { Method } from './method.js';

/** Every method, by the name a scenario gives it. */
export const methods = { feddymem, local, 'fedavg-cfa': fedavgCfa } as const satisfies Record<string, Method>;
export type MethodName = keyof typeof methods;
