import {
  averageStep,
  decodeBlocks,
  encodeBlocks,
  fedavg,
  initialTrainingState,
  inspectNumbers,
  inspectPatchCount,
  shuffledIndices,
  vectorTensor,
} from 'feddymem/methods';

/** What there is to tell apart. */
const categories = Array.from({ length: 10 }, (_, at) => `product-${at + 1}`);

/**
 * Logistic regression by FedAvg (McMahan et al., AISTATS 2017): which product does a patch show? A client goes through
 * its patches once a round, in batches without replacement, by plain gradient descent.
 * @type {import('feddymem').Method}
 */
export const method = {
  name: 'fedavg-logistic',
  steps: ({ rounds }) =>
    Array.from({ length: rounds }, (_, at) => ({ name: 'train', round: at + 1, audience: 'cohort' })),

  client: {
    async train({ engine, images, received, settings, random }) {
      const { patches, labels } = await labelledPatches(images);
      const order = shuffledIndices(random('batches'), labels.length);
      let state = initialTrainingState(
        received ? decodeBlocks(received, 'parameter') : zeros(images.channels),
      );
      let loss = 0;
      for (let start = 0; start < order.length; start += settings.training.batchSize) {
        const batch = order.subarray(start, start + settings.training.batchSize);
        const step = engine.compileTraining('logistic', definition(batch.length, images.channels, settings));
        const result = await step.run(state, inputsOf(batch, patches, labels, images.channels));
        loss += (result.loss * batch.length) / order.length;
        state = result.state;
      }
      const message = {
        ...encodeBlocks(state.parameters, 'parameter'),
        patches: vectorTensor(Float64Array.of(labels.length)),
      };
      return { message, figures: { loss } };
    },
  },

  server: {
    async train(context) {
      const { message } = await averageStep(fedavg)(context);
      return { message, local: { model: message } };
    },
  },

  inspect: {
    train(message, { sizes: { trainingImages, patchesPerImage, channels } }) {
      shapes(channels).forEach((shape, at) => {
        inspectNumbers(
          message,
          `parameter.${at}`,
          shape.reduce((a, b) => a * b),
        );
      });
      inspectPatchCount(message, 'patches', trainingImages * patchesPerImage);
    },
  },

  /** Products forward and back, softmax and loss of every logit, and the update of every weight at every step. */
  cost(step, role, { trainingImages, patchesPerImage, channels }, { training }) {
    if (role === 'server') return 0;
    const patches = trainingImages * patchesPerImage;
    const weights = (channels + 1) * categories.length;
    const updates = Math.ceil(patches / training.batchSize) * weights;
    return 4 * patches * weights + 12 * patches * categories.length + 4 * updates;
  },
};

const shapes = (channels) => [[channels, categories.length], [categories.length]];
const zeros = (channels) => [
  new Float32Array(channels * categories.length),
  new Float32Array(categories.length),
];

/** All patches of a client, [patches × channels], and of each the place of its image's category. */
async function labelledPatches({ count, patchesPerImage, channels, features, category }) {
  const patches = new Float32Array(count * patchesPerImage * channels);
  const labels = new Int32Array(count * patchesPerImage);
  for (let image = 0; image < count; image++) {
    const label = categories.indexOf(category(image));
    if (label < 0) throw new Error(`${category(image)} is none of ${categories.join(', ')}`);
    labels.fill(label, image * patchesPerImage, (image + 1) * patchesPerImage);
    patches.set((await features(image)).data, image * patchesPerImage * channels);
  }
  return { patches, labels };
}

/** The mean of −log softmax at the labels, [batch × categories] with a 1 each. */
function definition(batch, channels, { training }) {
  return {
    parameters: shapes(channels),
    inputs: [
      [batch, channels],
      [batch, categories.length],
    ],
    optimiser: { kind: 'gradient-descent', learningRate: training.learningRate },
    loss(ops, [weights, bias], [patches, labels]) {
      const logits = ops.add(ops.matmul(patches, weights), bias);
      // What is taken off all logits cancels out: it only keeps the exponentials in range.
      const least = ops.smallest(ops.multiply(logits, -1), 1).values;
      const shifted = ops.add(logits, least);
      const normaliser = ops.log(ops.sum(ops.exp(shifted), [1]));
      return ops.mean(ops.subtract(normaliser, ops.sum(ops.multiply(shifted, labels), [1])));
    },
  };
}

function inputsOf(batch, patches, labels, channels) {
  const points = new Float32Array(batch.length * channels);
  const marks = new Float32Array(batch.length * categories.length);
  batch.forEach((patch, row) => {
    points.set(patches.subarray(patch * channels, (patch + 1) * channels), row * channels);
    marks[row * categories.length + labels[patch]] = 1;
  });
  return [points, marks];
}
