import protobuf from 'protobufjs';

/** The part of onnx.proto that leads to every tensor of a model, with the specification's field numbers. */
const schema = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        graph: { type: 'GraphProto', id: 7 },
        functions: { rule: 'repeated', type: 'FunctionProto', id: 25 },
      },
    },
    FunctionProto: { fields: { node: { rule: 'repeated', type: 'NodeProto', id: 7 } } },
    GraphProto: {
      fields: {
        node: { rule: 'repeated', type: 'NodeProto', id: 1 },
        initializer: { rule: 'repeated', type: 'TensorProto', id: 5 },
        sparseInitializer: { rule: 'repeated', type: 'SparseTensorProto', id: 15 },
      },
    },
    NodeProto: { fields: { attribute: { rule: 'repeated', type: 'AttributeProto', id: 5 } } },
    AttributeProto: {
      fields: {
        t: { type: 'TensorProto', id: 5 },
        g: { type: 'GraphProto', id: 6 },
        tensors: { rule: 'repeated', type: 'TensorProto', id: 10 },
        graphs: { rule: 'repeated', type: 'GraphProto', id: 11 },
        sparseTensor: { type: 'SparseTensorProto', id: 22 },
        sparseTensors: { rule: 'repeated', type: 'SparseTensorProto', id: 23 },
      },
    },
    SparseTensorProto: {
      fields: { values: { type: 'TensorProto', id: 1 }, indices: { type: 'TensorProto', id: 2 } },
    },
    TensorProto: { fields: { name: { type: 'string', id: 8 }, dataLocation: { type: 'int32', id: 14 } } },
  },
});

interface TensorProto {
  readonly name: string;
  /** 0: in the model's file; 1: in another. */
  readonly dataLocation: number;
}

/**
 * Name of a tensor whose numbers lie in another file, or null. onnxruntime would look for that file in the working
 * folder, and the model's hash would not tell of it.
 * @throws Error when the bytes are no ONNX model
 */
export function externalTensor(model: Uint8Array): string | null {
  const open: unknown[] = [schema.lookupType('ModelProto').decode(model)];
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (typeof part !== 'object' || part === null || ArrayBuffer.isView(part)) continue;
    if (isTensor(part) && part.dataLocation !== 0) return part.name;
    for (const inner of Object.values(part)) open.push(inner);
  }
  return null;
}

function isTensor(part: object): part is TensorProto {
  return 'dataLocation' in part;
}
