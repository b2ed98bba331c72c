/** Models and programs that every engine has to agree on: each regime with each way to share and to place. */
import type { GeneratorConfig } from '../../src/config/schema.ts';
import {
  classifierProgram,
  classifierStepProgram,
  featuresProgram,
} from '../../src/downstream/finetune/classifier-programs.ts';
import type { Engine, Program } from '../../src/engine/program.ts';
import { evaluationProgram } from '../../src/evaluation/evaluation-program.ts';
import { classifierPlan, type Reading } from '../../src/model/classifier.ts';
import { regimeNames } from '../../src/regimes/registry.ts';
import { stepProgram } from '../../src/training/step-program.ts';
import { type Arrays, copyOf, randomInputs } from './engines.ts';
import { compileStep, jitter, type TinyModel, tinyModel, tinyShape } from './tiny-model.ts';

const positions = ['absolute', 'relative-bias'] as const;
export interface Choice {
  regime: string;
  positions: (typeof positions)[number];
  /** Of the generator, where it is not the default. */
  generator?: Partial<GeneratorConfig>;
}
const pairs = ['joint', 'adversarial', 'gumbel-adversarial', 'electra-15', 'replace-mlm', 'all-tokens-mlm'];
export const models: Choice[] = [
  ...regimeNames.flatMap((regime) => positions.map((style) => ({ regime, positions: style }))),
  ...pairs.flatMap((regime): Choice[] => [
    { regime, positions: 'absolute', generator: { sharing: 'none' } },
    { regime, positions: 'absolute', generator: { sharing: 'all', size: 1 } },
    { regime, positions: 'absolute', generator: { sharing: 'disentangled' } },
  ]),
  { regime: 'joint', positions: 'absolute', generator: { kind: 'unigram' } },
  { regime: 'joint', positions: 'absolute', generator: { kind: 'uniform' } },
];

const { B, L, N } = tinyShape;

/** With dropout, and every weight off its initial value. */
export function livelyModel({ regime, positions, generator }: Choice): TinyModel {
  const model = tinyModel(regime, { positions, dropout: 0.1, attentionDropout: 0.1 }, generator);
  jitter(model.store);
  return model;
}

/** Every program of a regime: its stages' steps, its evaluation, and the fine-tuning of its encoder. */
export function programsOf({ regime, plans, config }: TinyModel): Program[] {
  const encoder = plans.find(({ name }) => name === regime.encoder)!;
  const read = (classes: number, reading: Reading = 'first-token') => ({
    plan: classifierPlan(encoder, classes, reading),
    reading,
  });
  return [
    ...regime.stages.map((stage) => stepProgram(stage, plans, tinyShape, config.objective)),
    evaluationProgram(regime, plans, tinyShape),
    classifierStepProgram(read(3), 4, 16, { dropout: 0.1 }),
    classifierStepProgram(read(1), 4, 16, { dropout: 0.1, target: 'number' }),
    classifierProgram(read(3), 4, 16),
    classifierStepProgram(read(3, 'pair-means'), 4, 16, { dropout: 0.1 }),
    classifierStepProgram(read(3, 'word'), 4, 16, { dropout: 0.1 }),
    featuresProgram(read(3, 'mean'), 4, 16),
  ];
}

/** The programs of a regime that are no step, with inputs that they can be run on. */
export function forwardPrograms(model: TinyModel): { program: Program; values: Arrays }[] {
  return programsOf(model)
    .slice(model.regime.stages.length)
    .map((program) => ({ program, values: possibleInputs(program) }));
}

function possibleInputs(program: Program): Arrays {
  const values = randomInputs(program);
  values.uniform?.forEach((draw, i, all) => {
    all[i] = 0.5 + Math.abs(draw) / 8;
  });
  values.maskedPositions?.forEach((at, slot, all) => {
    all[slot] = at + L * Math.floor((slot * B) / N);
  });
  return values;
}

/** What each stage's step gives on an engine. */
export async function stepOutputs(engine: Engine, choice: Choice): Promise<Arrays[]> {
  const model = livelyModel(choice);
  const results: Arrays[] = [];
  for (const stage of model.regime.stages.keys()) {
    const { compiled } = await compileStep(engine, model, { stage });
    await compiled.run();
    results.push(copyOf(compiled.outputs));
    await compiled.dispose();
  }
  return results;
}
