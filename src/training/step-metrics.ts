/** What one training step tells of itself, as metrics. */
import type { CompiledProgram } from '../engine/program.ts';
import type { Metric } from '../evaluation/metric.ts';
import type { GradientNorms } from '../optim/optimiser.ts';
import type { StepProgram } from './step-program.ts';

/** The step program's scalars under `train_…`. */
export function lossesOf({ outputs }: CompiledProgram): Metric[] {
  const names = Object.keys(outputs).filter((name) => !name.startsWith('gradients/'));
  return names.map((name) => ({ name: `train_${snakeCase(name)}`, value: outputs[name]![0] }));
}

/** Norms before clipping; network by network where more than one is trained. */
export function gradientNormsOf({ total, byNetwork }: GradientNorms): Metric[] {
  const networks = Object.entries(byNetwork);
  const parts = networks.map(([network, value]) => ({ name: `train_gradient_norm_${network}`, value }));
  return [{ name: 'train_gradient_norm', value: total }, ...(parts.length > 1 ? parts : [])];
}

/** What the losses' schedules fed to the step, under `train_…`. */
export function schedulesOf(
  { schedules }: Pick<StepProgram, 'schedules'>,
  { inputs }: CompiledProgram,
): Metric[] {
  return [...schedules.keys()].map((name) => ({
    name: `train_${snakeCase(name)}`,
    value: inputs[name]![0],
  }));
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
