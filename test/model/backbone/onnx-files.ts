import protobuf from 'protobufjs';

/** Of onnx.proto what tests need to write models by hand, good ones and bad ones. */
const schema = protobuf.Root.fromJSON({
  nested: {
    Attribute: {
      fields: {
        name: { type: 'string', id: 1 },
        i: { type: 'int64', id: 3 },
        g: { type: 'Graph', id: 6 },
        ints: { rule: 'repeated', type: 'int64', id: 8 },
        type: { type: 'int32', id: 20 },
      },
    },
    Node: {
      fields: {
        input: { rule: 'repeated', type: 'string', id: 1 },
        output: { rule: 'repeated', type: 'string', id: 2 },
        opType: { type: 'string', id: 4 },
        attribute: { rule: 'repeated', type: 'Attribute', id: 5 },
      },
    },
    Entry: { fields: { key: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } } },
    Tensor: {
      fields: {
        dims: { rule: 'repeated', type: 'int64', id: 1 },
        dataType: { type: 'int32', id: 2 },
        name: { type: 'string', id: 8 },
        rawData: { type: 'bytes', id: 9 },
        externalData: { rule: 'repeated', type: 'Entry', id: 13 },
        dataLocation: { type: 'int32', id: 14 },
      },
    },
    Dimension: { fields: { dimValue: { type: 'int64', id: 1 }, dimParam: { type: 'string', id: 2 } } },
    Shape: { fields: { dim: { rule: 'repeated', type: 'Dimension', id: 1 } } },
    TensorType: { fields: { elemType: { type: 'int32', id: 1 }, shape: { type: 'Shape', id: 2 } } },
    Type: { fields: { tensorType: { type: 'TensorType', id: 1 } } },
    ValueInfo: { fields: { name: { type: 'string', id: 1 }, type: { type: 'Type', id: 2 } } },
    Graph: {
      fields: {
        node: { rule: 'repeated', type: 'Node', id: 1 },
        name: { type: 'string', id: 2 },
        initializer: { rule: 'repeated', type: 'Tensor', id: 5 },
        input: { rule: 'repeated', type: 'ValueInfo', id: 11 },
        output: { rule: 'repeated', type: 'ValueInfo', id: 12 },
      },
    },
    OperatorSet: { fields: { domain: { type: 'string', id: 1 }, version: { type: 'int64', id: 2 } } },
    Model: {
      fields: {
        irVersion: { type: 'int64', id: 1 },
        graph: { type: 'Graph', id: 7 },
        opsetImport: { rule: 'repeated', type: 'OperatorSet', id: 8 },
      },
    },
  },
});

type Length = number | string;
export type Signature = readonly [name: string, shape: readonly Length[] | null, elementType?: number];

export const float32 = 1;
export const float16 = 10;

/** @param shape null: not even the rank is known */
function valueInfo([name, shape, elemType = float32]: Signature) {
  const dim = shape?.map((length) =>
    typeof length === 'number' ? { dimValue: length } : { dimParam: length },
  );
  return { name, type: { tensorType: { elemType, ...(dim && { shape: { dim } }) } } };
}

export interface OnnxParts {
  readonly nodes: readonly object[];
  readonly inputs?: readonly Signature[];
  readonly outputs: readonly Signature[];
  readonly initialisers?: readonly object[];
  readonly opset?: number;
}

export function onnxModel({
  nodes,
  inputs = [image],
  outputs,
  initialisers = [],
  opset = 18,
}: OnnxParts): Uint8Array {
  const graph = {
    name: 'test',
    node: nodes,
    initializer: initialisers,
    input: inputs.map(valueInfo),
    output: outputs.map(valueInfo),
  };
  const model = { irVersion: 9, opsetImport: [{ domain: '', version: opset }], graph };
  return schema.lookupType('Model').encode(model).finish();
}

/** An image of any size. */
export const image: Signature = ['pixels', ['n', 3, 'h', 'w']];

export function averagePool(input: string, output: string, size: number) {
  const ints = (name: string) => ({ name, ints: [size, size], type: 7 });
  return {
    opType: 'AveragePool',
    input: [input],
    output: [output],
    attribute: [ints('kernel_shape'), ints('strides')],
  };
}

export const node = (
  opType: string,
  input: readonly string[],
  output: string,
  attribute: readonly object[] = [],
) => ({
  opType,
  input,
  output: [output],
  attribute,
});

export const externalTensor = (name: string) => ({
  name,
  dims: [1],
  dataType: float32,
  dataLocation: 1,
  externalData: [{ key: 'location', value: 'weights.bin' }],
});

/** Halves and quarters an image. */
export const pyramid: OnnxParts = {
  nodes: [averagePool('pixels', 'half', 2), averagePool('half', 'quarter', 2)],
  outputs: [
    ['half', ['n', 3, 'h2', 'w2']],
    ['quarter', ['n', 3, 'h4', 'w4']],
  ],
};
