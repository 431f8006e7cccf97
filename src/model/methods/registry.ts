import { learners } from '../learners/registry.js';
import { fedavg } from './aggregators/fedavg.js';
import { fedprox } from './aggregators/fedprox.js';
import { moon } from './aggregators/moon.js';
import { scaffold } from './aggregators/scaffold.js';
import { fedPatchcore } from './fed-patchcore.js';
import { fedProto } from './fed-proto.js';
import { feddymem } from './feddymem.js';
import { local } from './local.js';
import { localMethod } from './local-method.js';
import type { Method } from './method.js';
import { learnerSteps, parameterMethod } from './parameter-method.js';
import { pooled } from './pooled.js';

const cfa = learnerSteps(learners.cfa);
const simplenet = learnerSteps(learners.simplenet);
const svdd = learnerSteps(learners.svdd);
const autoencoder = learnerSteps(learners.autoencoder);

/** Every method, by the name a scenario gives it. */
export const methods = {
  feddymem,
  local,
  pooled,
  'fed-patchcore': fedPatchcore,
  'fed-proto': fedProto,
  'fedavg-cfa': parameterMethod(fedavg, cfa),
  'fedavg-simplenet': parameterMethod(fedavg, simplenet),
  'fedavg-svdd': parameterMethod(fedavg, svdd),
  'fedavg-autoencoder': parameterMethod(fedavg, autoencoder),
  'fedprox-cfa': parameterMethod(fedprox, cfa),
  'fedprox-simplenet': parameterMethod(fedprox, simplenet),
  'fedprox-svdd': parameterMethod(fedprox, svdd),
  'fedprox-autoencoder': parameterMethod(fedprox, autoencoder),
  'moon-simplenet': parameterMethod(moon, simplenet),
  'scaffold-simplenet': parameterMethod(scaffold, simplenet),
  'local-cfa': localMethod(learners.cfa),
  'local-simplenet': localMethod(learners.simplenet),
  'local-svdd': localMethod(learners.svdd),
  'local-autoencoder': localMethod(learners.autoencoder),
} as const satisfies Record<string, Method>;
export type MethodName = keyof typeof methods;
