// FedAvg of logistic regression as one would write it down, in one thread: the oracle, and a baseline that is always there.

/**
 * @param rounds of each round its clients in their order: patches [rows × channels], labels [rows], and the order in
 * which a client goes through its rows
 * @returns weights [channels × classes] and bias [classes]
 */
export function naiveFederatedAveraging(rounds, { channels, classes, batchSize, learningRate }) {
  let global = { weights: new Float32Array(channels * classes), bias: new Float32Array(classes) };
  for (const clients of rounds) {
    const weights = new Float64Array(channels * classes);
    const bias = new Float64Array(classes);
    const total = clients.reduce((sum, { labels }) => sum + labels.length, 0);
    for (const client of clients) {
      const local = { weights: global.weights.slice(), bias: global.bias.slice() };
      for (let start = 0; start < client.order.length; start += batchSize)
        descend(local, client, client.order.subarray(start, start + batchSize), learningRate);
      const share = client.labels.length / total;
      for (let at = 0; at < weights.length; at++) weights[at] += share * local.weights[at];
      for (let at = 0; at < classes; at++) bias[at] += share * local.bias[at];
    }
    global = { weights: Float32Array.from(weights), bias: Float32Array.from(bias) };
  }
  return global;
}

/** One step down the gradient of the batch's mean cross-entropy: (softmax − label) ⊗ patch. */
function descend({ weights, bias }, { patches, labels }, batch, learningRate) {
  const classes = bias.length;
  const channels = weights.length / classes;
  const slopes = new Float64Array(batch.length * classes);
  for (let row = 0; row < batch.length; row++) {
    const slope = slopes.subarray(row * classes, (row + 1) * classes);
    addLogits(slope, { weights, bias }, patches, batch[row] * channels);
    softmax(slope);
    slope[labels[batch[row]]] -= 1;
  }
  const rate = learningRate / batch.length;
  for (let row = 0; row < batch.length; row++) {
    const start = batch[row] * channels;
    for (let column = 0; column < classes; column++) bias[column] -= rate * slopes[row * classes + column];
    for (let channel = 0; channel < channels; channel++) {
      const factor = rate * patches[start + channel];
      for (let column = 0; column < classes; column++)
        weights[channel * classes + column] -= factor * slopes[row * classes + column];
    }
  }
}

function addLogits(sums, { weights, bias }, patches, start) {
  const classes = bias.length;
  const channels = weights.length / classes;
  for (let column = 0; column < classes; column++) sums[column] += bias[column];
  for (let channel = 0; channel < channels; channel++) {
    const value = patches[start + channel];
    for (let column = 0; column < classes; column++)
      sums[column] += value * weights[channel * classes + column];
  }
}

function softmax(logits) {
  const most = Math.max(...logits);
  let sum = 0;
  for (let at = 0; at < logits.length; at++) sum += logits[at] = Math.exp(logits[at] - most);
  for (let at = 0; at < logits.length; at++) logits[at] /= sum;
}

/** Share of the patches whose label has the largest logit. */
export function accuracy(model, patches, labels) {
  const channels = model.weights.length / model.bias.length;
  let right = 0;
  for (let row = 0; row < labels.length; row++) {
    const logits = new Float64Array(model.bias.length);
    addLogits(logits, model, patches, row * channels);
    right += logits.indexOf(Math.max(...logits)) === labels[row];
  }
  return right / labels.length;
}
