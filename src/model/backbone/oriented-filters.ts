import { sha256 } from '../../base/hash.js';
import type { Ops, Value } from '../engine/ops.js';
import type { Backbone } from './backbone.js';
import { directions, filterSize, quadratureFilters } from './filter-bank.js';

/** What the features depend on: raise the version with every change of a number, here or in the filter bank. */
const version = 'oriented filters 2';

/** Pixels a side of a patch. */
const cell = 4;
/** Added to intensities in 0…1 before the logarithm: dark pixels are mostly noise. */
const darkness = 0.1;
/** Energies (in units of log intensity) below which there is only sensor noise: in ratios, and before logarithms. */
const contrastFloor = 0.05;
const energyFloor = 0.02;

/** Rows: luminance, red–green, yellow–blue. */
const opponentColours = Float32Array.of(1 / 3, 1 / 3, 1 / 3, 1 / 2, -1 / 2, 0, 1 / 4, 1 / 4, -1 / 2);
const scales = 3;
const channels = scales * (3 + 1 + directions.length) + directions.length ** 2;

/**
 * A backbone without weights: a fixed bank of oriented filters over three octaves, and a second layer over the
 * finest octave's energies, in the manner of scattering networks (Bruna & Mallat 2013). One map of patches of 4×4
 * pixels with 66 channels: for each octave 3 colours, the logarithm of the mean energy and 6 relative energies, and
 * after those of the finest octave 36 energies of energies: how each direction's strength varies in each direction.
 */
export function orientedFilters(inputSize: number): Backbone {
  const side = Math.floor(inputSize / cell);
  return {
    name: 'oriented-filters',
    key: sha256(`${version}, ${inputSize} px`),
    inputSize,
    mapShapes: [{ channels, height: side, width: side }],
    maps: (ops, image) => [orientedFeatures(ops, image)],
  };
}

/** @param image [1×3×size×size] in 0…255 → [1×66×size/4×size/4] */
function orientedFeatures<V extends Value>(ops: Ops<V>, image: V): V {
  const filters = ops.constant(quadratureFilters(), [2 * directions.length, 1, filterSize, filterSize]);
  const parts: V[] = [];
  let planes = contrastPlanes(ops, image);
  for (let octave = 0; octave < scales; octave++) {
    if (octave > 0) planes = ops.averagePool(planes, 2, 2, 0);
    const toCells = cell >> octave;
    const energies = orientedEnergies(ops, ops.slice(planes, 1, 0, 1), filters);
    const cells = pooled(ops, energies, toCells);
    const strength = ops.mean(cells, [1], true);
    const relative = ops.divide(cells, ops.add(strength, contrastFloor));
    parts.push(pooled(ops, planes, toCells), logarithm(ops, strength, energyFloor), relative);
    if (octave === 0) parts.push(pooled(ops, secondLayer(ops, energies, filters), toCells / 2));
  }
  return ops.concat(parts, 1);
}

/**
 * Opponent colours of log intensities, less their mean over the image: the lamp's strength and colour cancel out, and
 * the filters see contrasts, the same in light and shade.
 */
function contrastPlanes<V extends Value>(ops: Ops<V>, image: V): V {
  const intensities = logarithm(ops, ops.multiply(image, 1 / 255), darkness);
  const weights = ops.constant(opponentColours, [3, 3, 1, 1]);
  const planes = ops.convolve(intensities, weights, null, { stride: 1, padding: 0 });
  return ops.subtract(planes, ops.mean(planes, [2, 3], true));
}

/** Length of each quadrature pair's answer, wherever in its wave the line lies: [n×1×h×w] → [n×6×h×w]. */
function orientedEnergies<V extends Value>(ops: Ops<V>, image: V, filters: V): V {
  const answers = ops.square(ops.convolve(withEdges(ops, image), filters, null, { stride: 1, padding: 0 }));
  const count = directions.length;
  return ops.sqrt(ops.add(ops.slice(answers, 1, 0, count), ops.slice(answers, 1, count, 2 * count)));
}

/** Energies of the log energies, direction by direction, an octave coarser: [1×6×h×w] → [1×36×h/2×w/2]. */
function secondLayer<V extends Value>(ops: Ops<V>, energies: V, filters: V): V {
  const halved = logarithm(ops, ops.averagePool(energies, 2, 2, 0), energyFloor);
  const [, count, height, width] = halved.shape;
  const second = orientedEnergies(ops, ops.reshape(halved, [count, 1, height, width]), filters);
  return ops.reshape(second, [1, count * count, height, width]);
}

/** Repeats the outermost pixels, so that a filter sees no edge where the image ends. */
function withEdges<V extends Value>(ops: Ops<V>, image: V): V {
  return [2, 3].reduce((padded, axis) => {
    const length = padded.shape[axis];
    const first = ops.slice(padded, axis, 0, 1);
    const last = ops.slice(padded, axis, length - 1, length);
    return ops.concat([first, first, padded, last, last], axis);
  }, image);
}

function logarithm<V extends Value>(ops: Ops<V>, a: V, floor: number): V {
  return ops.log(ops.add(a, floor));
}

function pooled<V extends Value>(ops: Ops<V>, map: V, size: number): V {
  return size === 1 ? map : ops.averagePool(map, size, size, 0);
}
