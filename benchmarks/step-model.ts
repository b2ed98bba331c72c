/**
 * Writes the joint step of any checkout as an ONNX model, with the weights, batch and noise of its first step.
 * compare-checkouts.ts starts it:
 *
 *   node --import tsx benchmarks/step-model.ts <checkout> <preset> <file>
 *
 * The checkout's modules are imported by path: two of them would share tfjs if they were in one process.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { serialize } from 'node:v8';

type Here = {
  engines: typeof import('../src/engine/engines.ts');
  memory: typeof import('../src/engine/program.ts');
  onnx: typeof import('../src/engine/onnx/onnx-engine.ts');
  file: typeof import('../src/engine/onnx/model-file.ts');
  joint: typeof import('./joint-program.ts');
};

/** What `compare-checkouts.ts` reads. */
export interface StepModel {
  model: Uint8Array;
  inputs: Record<string, StepTensor>;
  outputs: Record<string, StepTensor>;
}

export interface StepTensor {
  shape: number[];
  data: Float32Array | Int32Array;
}

const [checkout, preset, file] = process.argv.slice(2) as [string, string, string];
const load = <Name extends keyof Here>(path: string): Promise<Here[Name]> =>
  import(pathToFileURL(join(resolve(checkout), path)).href);
const { openOnnx } = await load<'engines'>('src/engine/engines.ts');
const { bindMemory } = await load<'memory'>('src/engine/program.ts');
const { asTensors, translate } = await load<'onnx'>('src/engine/onnx/onnx-engine.ts');
const { encodeModel } = await load<'file'>('src/engine/onnx/model-file.ts');
const { configOf, openJointStep } = await load<'joint'>('benchmarks/joint-program.ts');

const { recorded, memory, program, fill } = await openJointStep({
  config: configOf(preset),
  engine: await openOnnx(1),
});
await program.dispose();
const { graph, noise, model } = translate(recorded, 1);
const inputs = bindMemory(recorded.name, graph.inputs, memory);
const outputs = bindMemory(recorded.name, graph.outputs, memory);
fill(0, { inputs, noise });
const tensorsOf = (values: typeof graph.inputs, arrays: typeof inputs): Record<string, StepTensor> =>
  Object.fromEntries(
    Object.entries(asTensors(values, arrays)).map(([name, { dims, data }]) => [
      name,
      { shape: [...dims], data: (data as Float32Array | Int32Array).slice() },
    ]),
  );
const step: StepModel = {
  model: encodeModel(model),
  inputs: tensorsOf(graph.inputs, inputs),
  outputs: tensorsOf(graph.outputs, outputs),
};
writeFileSync(file, serialize(step));
