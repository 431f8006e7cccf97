export type { RandomStream } from '../base/random.js';
export { FeddymemError } from '../base/errors.js';
export type { Ops, Smallest, Value } from '../model/engine/ops.js';
export type { Generator } from '../model/generator/generator.js';
export type { LossInput, MetricLoss } from '../model/loss/metric-loss.js';
export { runScenario, type FinishedRun, type Progress, type RunOptions } from './run/run-scenario.js';
export { loadScenario, parseOverride, parseScenario, type Override } from './scenario/load.js';
export { scenarioSchema, type Scenario } from './scenario/schema.js';
export { runResultSchema, type RunResult } from './result/run-result.js';
