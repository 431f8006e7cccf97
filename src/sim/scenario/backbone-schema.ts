import { z } from 'zod';
import { resnetLayers } from '../../model/backbone/resnet-structure.js';

/** What images get where a scenario says nothing. */
export const defaultBackbone = { name: 'oriented-filters' } as const;

const ring = z.int().nonnegative().default(2).describe('Outer rings of cells that take no part.');

/** Fields of a residual network with weights from a file. */
const residual = {
  weights: z
    .string()
    .min(1)
    .describe(
      'A safetensors file, relative to --data or FEDDYMEM_DATA; pretrained: what feddymem backbone fetch has fetched.',
    ),
  layers: z
    .array(z.enum(resnetLayers))
    .min(1)
    .refine(isAscending, 'must be in the order of the network, each once')
    .default(['layer2', 'layer3'])
    .describe("Layers whose outputs are the features; the first one's grid is the grid of patches."),
  size: z.int().min(64).max(1024).default(256).describe('Pixels a side.'),
  ring,
};

const perChannel = z.array(z.number()).length(3);

const onnx = z.strictObject({
  name: z.literal('onnx'),
  file: z.string().min(1).describe('An ONNX file, relative to --data or FEDDYMEM_DATA.'),
  outputs: z
    .array(z.string().min(1))
    .min(1)
    .refine((names) => new Set(names).size === names.length, 'must name each output once')
    .describe("Outputs [1×channels×height×width]; the first one's grid is the grid of patches."),
  input: z.string().min(1).optional().describe('Name of the input; left out: the only one.'),
  size: z.int().min(8).max(2048).default(224).describe('Pixels a side.'),
  range: z.enum(['0-1', '0-255']).default('0-1').describe('What RGB is before mean and std.'),
  mean: perChannel.optional().describe("Of R, G and B, in units of range; left out: ImageNet's."),
  std: perChannel
    .refine((values) => values.every((value) => value > 0), 'must be above 0')
    .optional()
    .describe("Of R, G and B, in units of range; left out: ImageNet's."),
  ring,
});

/** How images become features. */
export const backboneSchema = z.discriminatedUnion('name', [
  z.strictObject({
    name: z.literal('oriented-filters'),
    size: z.int().min(32).max(1024).default(128),
    ring: z.int().nonnegative().default(2),
  }),
  z.strictObject({ name: z.literal('resnet18'), ...residual }),
  z.strictObject({ name: z.literal('wide-resnet50'), ...residual }),
  onnx,
]);

export type BackboneSettings = z.infer<typeof backboneSchema>;

function isAscending(layers: readonly (typeof resnetLayers)[number][]): boolean {
  return layers.every(
    (layer, at) => at === 0 || resnetLayers.indexOf(layer) > resnetLayers.indexOf(layers[at - 1]),
  );
}
