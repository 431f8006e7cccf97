import { describe, expect, it } from 'vitest';
import { trace } from '../../../../src/model/engine/trace.js';
import { learners } from '../../../../src/model/learners/registry.js';
import type { Aggregator, LocalRound } from '../../../../src/model/methods/aggregators/aggregator.js';
import { fedprox } from '../../../../src/model/methods/aggregators/fedprox.js';
import { moon } from '../../../../src/model/methods/aggregators/moon.js';
import { encodeBlocks } from '../../../../src/model/methods/blocks.js';
import { defaultRival, type RivalSettings } from '../../../../src/model/methods/rival-settings.js';
import { evaluateGraph } from '../../../support/reference-engine.js';

type Numbers = readonly (readonly number[])[];

function round(global: Numbers, rival: Partial<RivalSettings>, previous: Numbers | null = null): LocalRound {
  const blocks = (numbers: Numbers) => numbers.map((block) => Float32Array.from(block));
  return {
    learner: learners.simplenet,
    shapes: [[2, 2], [2]],
    global: blocks(global),
    context: {
      settings: { rival: { ...defaultRival, ...rival } },
      hasLocal: (name: string) => name === 'model' && previous !== null,
      local: () => encodeBlocks(blocks(previous!), 'parameter'),
    },
  } as unknown as LocalRound;
}

/** The term for parameters of a 2×2 matrix and a bias, on patches of two dimensions. */
function termOf(aggregator: Aggregator, given: LocalRound, parameters: Numbers, patches: Numbers): number {
  const extension = aggregator.extend!(given)!;
  const shapes = [[2, 2], [2], [patches.length, 2], [1], ...extension.blocks.map(({ shape }) => shape)];
  const graph = trace(shapes, (ops, values) => [
    extension.term(ops, {
      parameters: values.slice(0, 2),
      inputs: values.slice(2, 4),
      blocks: values.slice(4),
    }),
  ]);
  const data = extension.blocks.map((block) => block.data);
  return evaluateGraph(graph, [...parameters, patches.flat(), [1], ...data])[0][0];
}

const identity = [
  [1, 0, 0, 1],
  [0, 0],
];
/** Turns by a right angle: features at right angles to those of the identity. */
const turned = [
  [0, 1, -1, 0],
  [0, 0],
];

describe('FedProx', () => {
  it('adds μ/2 times the squared distance from the global parameters: numbers by hand', () => {
    const given = round(identity, { fedprox: { mu: 0.5 } });
    const parameters = [
      [1, 2, 0, 0],
      [3, 0],
    ];
    expect(termOf(fedprox, given, parameters, [[1, 1]])).toBeCloseTo(0.25 * (4 + 1 + 9), 10);
    expect(termOf(fedprox, given, identity, [[1, 1]])).toBe(0);
  });

  it('changes nothing of the graph with μ = 0', () => {
    expect(fedprox.extend!(round(identity, { fedprox: { mu: 0 } }))).toBeNull();
  });
});

describe('MOON', () => {
  const rival = { moon: { mu: 2, temperature: 0.5 } };
  const patches = [
    [1, 0],
    [3, 4],
  ];

  it('is low where features point as the global model has them, high where as the last one had them', () => {
    const near = termOf(moon, round(identity, rival, turned), identity, patches);
    expect(near).toBeCloseTo(2 * Math.log(1 + Math.exp((0 - 1) / 0.5)), 5);
    const far = termOf(moon, round(turned, rival, identity), identity, patches);
    expect(far).toBeCloseTo(2 * Math.log(1 + Math.exp((1 - 0) / 0.5)), 5);
  });

  it('says nothing to a client without a last model', () => {
    for (const parameters of [identity, turned])
      expect(termOf(moon, round(identity, rival), parameters, patches)).toBeCloseTo(2 * Math.log(2), 6);
  });

  it('changes nothing of the graph with μ = 0', () => {
    expect(moon.extend!(round(identity, { moon: { mu: 0, temperature: 0.5 } }))).toBeNull();
  });
});
