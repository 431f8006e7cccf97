import type { RandomStream } from '../../base/random.js';
import { matrix, stackRows, type Matrix } from '../../base/tensor.js';
import { bankOfPoints, type MemoryBank } from '../../memory/memory-bank.js';
import type { Engine, TrainingState } from '../engine/engine.js';
import type { GeneratorName } from '../generator/generator.js';
import { engineDistances } from '../routines/nearest.js';
import type { MetricLossName } from './metric-loss.js';
import { axisDeviations, withNoise } from './negatives.js';
import { compileObjective, objectiveShape } from './objective.js';
import { lossNamed } from './own-loss.js';
import { replays, type ReplayName } from './replay.js';
import { relativeSecondMoment } from './spread-penalty.js';

export interface TrainingSettings {
  readonly generator: GeneratorName;
  readonly loss: MetricLossName;
  readonly replay: ReplayName;
  /** Share of every batch that is replayed. */
  readonly replayShare: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** What the spread of a linear generator's embedding costs; left out: nothing. */
  readonly spreadPenalty?: number;
}

export interface TrainingInput {
  /** The client's patches in the shared space. */
  readonly points: Matrix;
  readonly local: MemoryBank;
  /** Slots of everybody; none where nothing is shared. */
  readonly global: MemoryBank;
  /** r²: the scale on which the loss measures squared distances. */
  readonly squaredRadius: number;
  /** Whether slots are embeddings as they are, instead of points that pass through the generator. */
  readonly embeddedSlots?: boolean;
  /** The local bank after a step. @param patches of the batch, in the shared space, without replayed ones */
  follow?(bank: MemoryBank, patches: Matrix, parameters: readonly Float32Array[]): Promise<MemoryBank>;
}

export interface TrainingOutcome {
  readonly state: TrainingState;
  /** Mean over the steps; null when nothing was trained. */
  readonly loss: number | null;
  /** As it was, unless it follows the steps. */
  readonly local: MemoryBank;
}

/** A round of local training. Batches and noise are drawn from `random` alone. */
export async function trainGenerator(
  engine: Engine,
  settings: TrainingSettings,
  input: TrainingInput,
  start: TrainingState,
  random: RandomStream,
): Promise<TrainingOutcome> {
  const loss = lossNamed(settings.loss);
  const { points, global } = input;
  let { local } = input;
  if (!loss || start.parameters.length === 0 || settings.steps === 0)
    return { state: start, loss: null, local };
  const { batchSize, steps } = settings;
  const { columns } = points;
  // Of embeddings no patches can be drawn.
  const replay = global.weights.length > 0 && !input.embeddedSlots ? replays[settings.replay] : null;
  const slots = replay && (await replay.slots(global, local, engineDistances(engine)));
  const replayed = slots ? Math.round(settings.replayShare * batchSize) : 0;
  const real = batchSize - replayed;
  const deviations = loss.negatives ? axisDeviations(points) : null;
  const spread = secondMomentOf(settings, input);
  const counts = { global: global.weights.length, local: local.weights.length };
  const shape = objectiveShape(settings, columns, counts, input.embeddedSlots ?? false);
  const objective = compileObjective(engine, settings, loss, shape);
  const scale = Float32Array.of(1 / input.squaredRadius);

  let anchors = stackRows([global.vectors, local.vectors], columns);
  let state = start;
  let sum = 0;
  const batch = new Float32Array(batchSize * columns);
  for (let count = 0; count < steps; count++) {
    for (let row = 0; row < real; row++) {
      const source = random.integer(points.rows) * columns;
      for (let axis = 0; axis < columns; axis++) batch[row * columns + axis] = points.data[source + axis];
    }
    if (slots) replay.fill(slots, batch.subarray(real * columns), random);
    const extra = [deviations && withNoise(batch, deviations, random), spread].filter(
      (block) => block !== null,
    );
    const result = await objective.run(state, [batch, anchors.data, scale, ...extra]);
    state = result.state;
    sum += result.loss;
    if (!input.follow || real === 0) continue;
    const patches = matrix(real, columns, batch.subarray(0, real * columns));
    local = await input.follow(local, patches, state.parameters);
    anchors = stackRows([global.vectors, local.vectors], columns);
  }
  return { state, loss: sum / steps, local };
}

/** What the spread penalty measures with; null without one. Slots that are embeddings say nothing about patches. */
function secondMomentOf(
  { generator, spreadPenalty = 0 }: TrainingSettings,
  { points, global, embeddedSlots }: TrainingInput,
): Float32Array | null {
  if (spreadPenalty === 0 || generator !== 'linear') return null;
  const shared = !embeddedSlots && global.weights.length > 0;
  return relativeSecondMoment(shared ? global : bankOfPoints(points));
}
