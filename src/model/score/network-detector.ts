import { readFloat32, vectorTensor, type Matrix, type TensorMap } from '../../base/tensor.js';
import { decodeSpace, encodeSpace, type SharedSpace } from '../alignment/shared-space.js';
import type { Engine } from '../engine/engine.js';
import type { Shape } from '../engine/shapes.js';
import type { Network } from '../learners/network.js';
import { networks, type NetworkName } from '../learners/networks.js';
import { mapRows } from '../routines/rows.js';

/** Judges patches by a trained network. Its scores are as the network gives them: no calibration. */
export interface NetworkDetector {
  readonly space: SharedSpace;
  readonly network: NetworkName;
  readonly parameters: readonly { readonly shape: Shape; readonly data: Float32Array }[];
  /** What all clients knew beside the parameters: a scale, or a centre. */
  readonly constant: Float32Array;
}

export async function scoreByNetwork(
  engine: Engine,
  { network: name, parameters, constant }: NetworkDetector,
  points: Matrix,
): Promise<Float32Array> {
  const network: Network = networks[name];
  const scores = await mapRows(engine, points, {
    key: `score by ${name}`,
    columns: 1,
    shared: [...parameters, { shape: [constant.length], data: constant }],
    define(ops, rows, shared) {
      const score = network.score(ops, shared.slice(0, -1), shared[shared.length - 1], rows);
      return ops.reshape(score, [rows.shape[0], 1]);
    },
  });
  return scores.data;
}

/** Tensors are named after the network, which makes a file say by itself whose they are. */
export function encodeNetworkDetector(detector: NetworkDetector): TensorMap {
  const { space, network, parameters, constant } = detector;
  const spaceTensors = encodeSpace(space);
  const blocks = parameters.map(
    ({ shape, data }, index) => [`${network}.${index}`, { type: 'F32', shape, data }] as const,
  );
  return {
    'space.weights': spaceTensors.weights,
    'space.offset': spaceTensors.offset,
    ...Object.fromEntries(blocks),
    [`${network}.constant`]: vectorTensor(constant),
  };
}

/** Null when the tensors are no network's. */
export function decodeNetworkDetector(tensors: TensorMap): NetworkDetector | null {
  const names = Object.keys(networks) as NetworkName[];
  const network = names.find((name) => Object.hasOwn(tensors, `${name}.constant`));
  if (network === undefined) return null;
  const parameters: NetworkDetector['parameters'][number][] = [];
  for (let index = 0; Object.hasOwn(tensors, `${network}.${index}`); index++) {
    const name = `${network}.${index}`;
    parameters.push({ shape: tensors[name].shape, data: readFloat32(tensors, name) });
  }
  return {
    space: decodeSpace({ weights: tensors['space.weights'], offset: tensors['space.offset'] }),
    network,
    parameters,
    constant: readFloat32(tensors, `${network}.constant`),
  };
}
