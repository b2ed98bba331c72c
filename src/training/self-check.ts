/** One tiny joint step on two engines, loss and every gradient compared. */
import { TrainingError } from '../base/errors.ts';
import { RandomStream } from '../base/random.ts';
import type { RunConfig } from '../config/schema.ts';
import * as sections from '../config/sections.ts';
import type { CompiledProgram, Engine } from '../engine/program.ts';
import { batchShape } from '../objectives/batch.ts';
import { createParameterStore, initialiseParameters, weightMemory } from '../optim/parameter-store.ts';
import { joint } from '../regimes/joint.ts';
import { fillSchedules, stepProgram } from './step-program.ts';

const tolerance = 1e-3;
const model = sections.model.parse({
  ...{ layers: 2, hidden: 16, heads: 2, feedForward: 32, embedding: 8, maxPositions: 16 },
  ...{ dropout: 0, attentionDropout: 0, initialStd: 0.1 },
});
const vocabulary = 32;

/** @throws {TrainingError} naming the first output that differs by more than the tolerance */
export async function selfCheck(engine: Engine, reference: Engine): Promise<void> {
  const [outputs, expected] = [await tinyStep(engine), await tinyStep(reference)];
  for (const [name, values] of Object.entries(expected)) {
    const scale = Math.max(...values.map(Math.abs), 1e-6);
    const difference = Math.max(...values.map((value, i) => Math.abs(value - outputs[name]![i]!))) / scale;
    if (difference <= tolerance) continue;
    throw new TrainingError(
      `engine ${engine.name}: expected ${name} as on ${reference.name} within ${tolerance}, got a relative difference of ${difference}`,
    );
  }
}

async function tinyStep(engine: Engine): Promise<Record<string, number[]>> {
  const config = { generator: sections.generator.parse({ size: 0.5 }) } as RunConfig;
  const plans = joint.networks({ ...model, vocabulary }, config);
  const store = createParameterStore(plans);
  initialiseParameters(store, 0, new Uint32Array(vocabulary));
  const objective = sections.objective.parse({});
  const program = stepProgram(joint.stages[0], plans, batchShape(2, 8, 0.25), objective);
  const step = await engine.compile(program, weightMemory(store));
  fillTinyBatch(step);
  fillSchedules(program, { step: 0, progress: 0 }, step.inputs);
  await step.run();
  const outputs = Object.entries(step.outputs).map(
    ([name, values]) => [name, [...values]] as [string, number[]],
  );
  await step.dispose();
  return Object.fromEntries(outputs);
}

/** Two sequences of eight random tokens, positions 1 and 2 (and 9 and 10) masked. */
function fillTinyBatch({ inputs, noise }: CompiledProgram): void {
  const random = new RandomStream('self-check');
  inputs.tokenIds!.forEach((_, i, ids) => {
    ids[i] = 5 + random.integer(vocabulary - 5);
  });
  inputs.attentionMask!.fill(1);
  inputs.maskedTokenIds!.set(inputs.tokenIds!);
  inputs.maskedPositions!.set([1, 2, 9, 10]);
  inputs.maskedWeights!.fill(1);
  for (const at of inputs.maskedPositions!) inputs.maskedTokenIds![at] = 4;
  for (const { name } of noise) {
    inputs[name]!.forEach((_, i, values) => {
      values[i] = random.uniform();
    });
  }
}
