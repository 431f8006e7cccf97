import { encodeDetector, inspectNumbers, matrixTensor, readMatrix, shuffledIndices } from 'feddymem/methods';

/** How many of its patches a client shares. */
const patchesEach = 20;

/**
 * Clients share some patches as they are; the farther an image's patches are from all of these, the more anomalous it is.
 * @type {import('feddymem').Method}
 */
export const method = {
  name: 'shared-patches',
  steps: ({ rounds }) => [
    { name: 'share', round: 0, audience: 'everyone', essential: true },
    { name: 'finish', round: rounds, audience: 'everyone', finishing: true },
  ],

  client: {
    async share({ images, random }) {
      const { count, patchesPerImage, channels } = images;
      const chosen = shuffledIndices(random('patches'), count * patchesPerImage).slice(0, patchesEach);
      const data = new Float32Array(chosen.length * channels);
      for (const [row, patch] of chosen.entries()) {
        const { data: features } = await images.features(Math.floor(patch / patchesPerImage));
        const start = (patch % patchesPerImage) * channels;
        data.set(features.subarray(start, start + channels), row * channels);
      }
      return { message: { patches: matrixTensor({ rows: chosen.length, columns: channels, data }) } };
    },

    /** What the client's local state calls `detector` scores its images. */
    async finish({ received }) {
      const anchors = readMatrix(received, 'patches');
      const space = identity(anchors.columns);
      const detector = { space, generator: 'none', parameters: [], anchors, calibration: null };
      return { local: { detector: encodeDetector(detector) } };
    },
  },

  server: {
    async share({ uploads }) {
      const parts = uploads.map(({ message }) => readMatrix(message, 'patches'));
      const rows = parts.reduce((sum, part) => sum + part.rows, 0);
      const { columns } = parts[0];
      const data = new Float32Array(rows * columns);
      let at = 0;
      for (const part of parts) {
        data.set(part.data, at);
        at += part.data.length;
      }
      return { message: { patches: matrixTensor({ rows, columns, data }) } };
    },
  },

  inspect: {
    share(message, { sizes: { trainingImages, patchesPerImage, channels } }) {
      const rows = Math.min(patchesEach, trainingImages * patchesPerImage);
      inspectNumbers(message, 'patches', rows * channels);
    },
    finish() {},
  },

  /** Copying costs nothing. */
  cost: () => 0,
};

/** The space of the features as they are. */
function identity(channels) {
  const data = new Float32Array(channels * channels);
  for (let channel = 0; channel < channels; channel++) data[channel * (channels + 1)] = 1;
  return { weights: { rows: channels, columns: channels, data }, offset: new Float32Array(channels) };
}
