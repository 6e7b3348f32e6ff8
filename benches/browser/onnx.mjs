// The ViT as an ONNX graph of plain operators, from the same safetensors that the page loads.

import { int, message } from "./protobuf.mjs";
import { read } from "./safetensors.mjs";

const [FLOAT, INT64] = [1, 7];
const OPSET = 20;

/**
 * @param {Buffer} weights a safetensors file with timm's names
 * @param {{ mean: number[], std: number[], heads: number }} config its shape in the catalogue
 * @returns {Buffer} a model from "views" [V, 3, S, S] in 0..1 to "embedding" [V, E]
 */
export function onnx(weights, { mean, std, heads }) {
  const tensors = read(weights);
  const graph = new Graph();
  const weight = (name) => graph.constant(tensors.get(name).shape, tensors.get(name).data);
  const [dim, , patch] = tensors.get("patch_embed.proj.weight").shape;
  const tokens = tensors.get("pos_embed").shape[1];
  const side = Math.sqrt(tokens - 1) * patch;
  const linear = (x, name) =>
    graph.op("Add", [
      graph.op("MatMul", [x, graph.transposed(tensors.get(`${name}.weight`))]),
      weight(`${name}.bias`),
    ]);
  const norm = (x, name) =>
    graph.op("LayerNormalization", [x, weight(`${name}.weight`), weight(`${name}.bias`)], { axis: int(-1), epsilon: 1e-6 });
  const integers = (...values) => graph.constant([values.length], BigInt64Array.from(values, BigInt));
  const pick = (x, index, axis) => graph.op("Gather", [x, graph.constant([], BigInt64Array.of(BigInt(index)))], { axis: int(axis) });

  const channels = (values) => graph.constant([1, 3, 1, 1], Float32Array.from(values));
  let x = graph.op("Div", [graph.op("Sub", ["views", channels(mean)]), channels(std)]);
  const convolution = { kernel_shape: [patch, patch], strides: [patch, patch] };
  x = graph.op("Conv", [x, weight("patch_embed.proj.weight"), weight("patch_embed.proj.bias")], convolution);
  x = graph.op("Transpose", [graph.op("Reshape", [x, integers(0, dim, -1)])], { perm: [0, 2, 1] });
  const views = graph.op("Shape", ["views"], { start: int(0), end: int(1) });
  const shape = graph.op("Concat", [views, integers(1, dim)], { axis: int(0) });
  x = graph.op("Concat", [graph.op("Expand", [weight("cls_token"), shape]), x], { axis: int(1) });
  x = graph.op("Add", [x, weight("pos_embed")]);
  for (let block = 0; tensors.has(`blocks.${block}.norm1.weight`); block++) {
    const name = `blocks.${block}`;
    const apart = graph.op("Reshape", [linear(norm(x, `${name}.norm1`), `${name}.attn.qkv`), integers(0, 0, 3, heads, dim / heads)]);
    const qkv = graph.op("Transpose", [apart], { perm: [2, 0, 3, 1, 4] });
    const [q, k, v] = [0, 1, 2].map((index) => pick(qkv, index, 0));
    const scaled = graph.op("Mul", [q, graph.constant([], Float32Array.of((dim / heads) ** -0.5))]);
    const scores = graph.op("MatMul", [scaled, graph.op("Transpose", [k], { perm: [0, 1, 3, 2] })]);
    const heard = graph.op("MatMul", [graph.op("Softmax", [scores], { axis: int(-1) }), v]);
    const together = graph.op("Reshape", [graph.op("Transpose", [heard], { perm: [0, 2, 1, 3] }), integers(0, 0, dim)]);
    x = graph.op("Add", [x, linear(together, `${name}.attn.proj`)]);
    const hidden = graph.op("Gelu", [linear(norm(x, `${name}.norm2`), `${name}.mlp.fc1`)]);
    x = graph.op("Add", [x, linear(hidden, `${name}.mlp.fc2`)]);
  }
  graph.op("Identity", [pick(norm(x, "norm"), 0, 1)], {}, "embedding");
  return graph.model({ views: ["V", 3, side, side] }, { embedding: ["V", dim] });
}

/** Nodes and constants, in order. */
class Graph {
  nodes = [];
  constants = [];

  constant(shape, data) {
    const name = `c${this.constants.length}`;
    const type = data instanceof Float32Array ? FLOAT : INT64;
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    this.constants.push([...shape.map((size) => [1, int(size)]), [2, int(type)], [8, name], [9, bytes]]);
    return name;
  }

  transposed({ shape: [rows, columns], data }) {
    const turned = Float32Array.from(data, (_, at) => data[(at % rows) * columns + Math.floor(at / rows)]);
    return this.constant([columns, rows], turned);
  }

  op(type, inputs, attributes = {}, output = `t${this.nodes.length}`) {
    const attribute = ([name, value]) => {
      if (Array.isArray(value)) return [5, [[1, name], ...value.map((each) => [8, int(each)]), [20, int(7)]]];
      return [5, typeof value === "number" ? [[1, name], [2, value], [20, int(1)]] : [[1, name], [3, value], [20, int(2)]]];
    };
    const names = inputs.map((input) => [1, input]);
    this.nodes.push([...names, [2, output], [4, type], ...Object.entries(attributes).map(attribute)]);
    return output;
  }

  model(inputs, outputs) {
    const dimension = (size) => [1, typeof size === "number" ? [[1, int(size)]] : [[2, size]]];
    const value = ([name, shape]) => [
      [1, name],
      [2, [[1, [[1, int(FLOAT)], [2, shape.map(dimension)]]]]],
    ];
    const graph = [
      ...this.nodes.map((node) => [1, node]),
      [2, "vit"],
      ...this.constants.map((constant) => [5, constant]),
      ...Object.entries(inputs).map((input) => [11, value(input)]),
      ...Object.entries(outputs).map((output) => [12, value(output)]),
    ];
    return message([
      [1, int(9)],
      [7, graph],
      [8, [[1, ""], [2, int(OPSET)]]],
    ]);
  }
}
