import * as tf from '@tensorflow/tfjs-core';

/**
 * Gradients of the kernels that the vocabulary's operations run. tfjs-core's tape looks them up by kernel name, but
 * has none of its own under Node: its `register_all_gradients` is no module that Node can load, and the package that
 * bundles it (tfjs-layers) would be one more dependency for these few lines.
 */
const gradients: readonly tf.GradConfig[] = [
  binary('Add', (g) => [() => g, () => g]),
  binary('Sub', (g) => [() => g, () => tf.neg(g)]),
  binary('Multiply', (g, a, b) => [() => tf.mul(g, b), () => tf.mul(g, a)]),
  binary('RealDiv', (g, a, b) => [() => tf.div(g, b), () => tf.neg(tf.div(tf.mul(g, a), tf.square(b)))]),
  ofInput('Relu', (g, x) => tf.mul(g, tf.step(x))),
  ofInput('Log', (g, x) => tf.div(g, x)),
  ofInput('Square', (g, x) => tf.mul(g, tf.mul(x, 2))),
  ofInput('Reshape', (g, x) => tf.reshape(g, x.shape)),
  ofOutput('Exp', (g, y) => tf.mul(g, y)),
  ofOutput('Sqrt', (g, y) => tf.div(tf.mul(g, 0.5), y)),
  ofInput('Identity', (g) => g),
  {
    kernelName: 'BatchMatMul',
    inputsToSave: ['a', 'b'],
    gradFunc(gradient, [a, b], attributes) {
      const { transposeA, transposeB } = attributes as { transposeA: boolean; transposeB: boolean };
      const g = gradient as tf.Tensor;
      return {
        a: () => (transposeA ? tf.matMul(b, g, transposeB, true) : tf.matMul(g, b, false, !transposeB)),
        b: () => (transposeB ? tf.matMul(g, a, true, transposeA) : tf.matMul(a, g, !transposeA, false)),
      };
    },
  },
  ofInput('Transpose', (g, _x, { perm }) => {
    const order = perm as number[];
    return tf.transpose(
      g,
      order.map((_, axis) => order.indexOf(axis)),
    );
  }),
  ofInput('Slice', (g, x, { begin, size }) => {
    const [from, lengths] = [begin as number[], size as number[]];
    const around = x.shape.map((length, axis): [number, number] => [
      from[axis],
      length - from[axis] - lengths[axis],
    ]);
    return tf.pad(g, around);
  }),
  ofInput('Sum', (g, x, { axis }) => {
    const axes = [axis as number | number[]].flat();
    const kept = x.shape.map((size, at) => (axes.includes(at) ? 1 : size));
    return tf.mul(tf.reshape(g, kept), tf.ones(x.shape));
  }),
  ofInput('Tile', (g, x, { reps }) => {
    const times = reps as number[];
    const split = x.shape.flatMap((size, axis) => [times[axis], size]);
    const repetitions = x.shape.map((_, axis) => 2 * axis);
    // Pairs of axes of which one is 1 fall together, so that ranks stay small.
    const used = split.flatMap((size, at) => (size === 1 ? [] : [at]));
    const folded = tf.reshape(
      g,
      used.map((at) => split[at]),
    );
    const axes = used.flatMap((at, place) => (repetitions.includes(at) ? [place] : []));
    return tf.reshape(axes.length > 0 ? tf.sum(folded, axes) : folded, x.shape);
  }),
  {
    kernelName: 'Concat',
    saveAllInputs: true,
    gradFunc(gradient, parts, { axis }) {
      const at = axis as number;
      let start = 0;
      const shares = parts.map((part) => {
        const begin = part.shape.map((_, other) => (other === at ? start : 0));
        start += part.shape[at];
        return () => tf.slice(gradient as tf.Tensor, begin, part.shape);
      });
      return Object.fromEntries(shares.entries());
    },
  },
];

/** Idempotent. Rules that another package has registered before are replaced: one rule, the same bits, every time. */
export function registerGradients(): void {
  for (const gradient of gradients) tf.registerGradient(gradient);
}

type Rule = (gradient: tf.Tensor, tensor: tf.Tensor, attributes: tf.NamedAttrMap) => tf.Tensor;

/** A kernel of one input `x`. */
function ofInput(kernelName: string, rule: Rule): tf.GradConfig {
  const inputsToSave = ['x'];
  return {
    kernelName,
    inputsToSave,
    gradFunc: (g, [x], attributes) => ({ x: () => rule(g as tf.Tensor, x, attributes) }),
  };
}

/** The same, where the output serves better. */
function ofOutput(kernelName: string, rule: Rule): tf.GradConfig {
  const outputsToSave = [true];
  return {
    kernelName,
    outputsToSave,
    gradFunc: (g, [y], attributes) => ({ x: () => rule(g as tf.Tensor, y, attributes) }),
  };
}

/** A kernel of two inputs `a` and `b` that broadcasts. */
function binary(
  kernelName: string,
  rule: (g: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => readonly [() => tf.Tensor, () => tf.Tensor],
): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc(g, [a, b]) {
      const [ofA, ofB] = rule(g as tf.Tensor, a, b);
      return { a: () => unbroadcast(ofA(), a.shape), b: () => unbroadcast(ofB(), b.shape) };
    },
  };
}

/** Sums a gradient over the axes along which its operand was repeated. */
function unbroadcast(gradient: tf.Tensor, shape: number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(shape, gradient.shape);
  return axes.length === 0 ? gradient : tf.reshape(tf.sum(gradient, axes), shape);
}
