export { FeddymemError } from '../base/errors.js';
export { runScenario, type FinishedRun, type Progress, type RunOptions } from './run/run-scenario.js';
export { loadScenario, parseOverride, parseScenario, type Override } from './scenario/load.js';
export { scenarioSchema, type Scenario } from './scenario/schema.js';
export { runResultSchema, type RunResult } from './result/run-result.js';
