/** A program as an ONNX file that needs nothing of ours: the weights inside, the inputs as other programs feed them. */
import { bytesOf } from '../../base/atomic-files.ts';
import type { HostArray, Program } from '../program.ts';
import { elementTypeNumber, encodeModel, type OnnxModel } from './model-file.ts';
import { translate } from './onnx-engine.ts';

/**
 * @param weights arrays that become constants of the model, by input
 * @param names what the other inputs are called outside, where they are int64
 * @returns the bytes of a `.onnx` file, which ONNX Runtime executes (it uses operators of its own)
 */
export function standaloneModel(
  program: Program,
  weights: Readonly<Record<string, HostArray>>,
  names: Readonly<Record<string, string>>,
): Uint8Array {
  const { model } = translate(program, 1);
  const used = new Set(model.nodes.flatMap(({ inputs }) => inputs));
  const constants = model.inputs
    .filter(({ name }) => name in weights && used.has(name))
    .map((value) => ({ ...value, data: bytesOf(weights[value.name]!) }));
  const inputs = model.inputs.filter(({ name }) => !(name in weights));
  return encodeModel({
    ...model,
    nodes: [...inputs.map((input) => castFromOutside(input, names)), ...model.nodes],
    constants: [...model.constants, ...constants],
    inputs: inputs.map(({ name, shape }) => ({ name: names[name] ?? name, shape, dtype: 'int64' as const })),
  });
}

function castFromOutside(
  { name, dtype }: OnnxModel['inputs'][number],
  names: Readonly<Record<string, string>>,
): OnnxModel['nodes'][number] {
  const attributes = { to: elementTypeNumber(dtype) };
  return { operator: 'Cast', domain: '', inputs: [names[name] ?? name], outputs: [name], attributes };
}
