/** Weights as inputs of a program, and networks made of them. */
import type { InputSpec, NoiseSource } from '../engine/program.ts';
import { type Tensor, tf, withoutGradient } from '../engine/tensors.ts';
import {
  type Network,
  type NetworkName,
  type NetworkPlan,
  offsetName,
  ownedParameters,
  weightKey,
} from './network.ts';

/** One input per weight that the networks own. */
export function weightInputs(plans: readonly NetworkPlan[]): Record<string, InputSpec> {
  return Object.fromEntries(
    plans.flatMap((plan) =>
      ownedParameters(plan).map(
        ({ name, shape }) => [`weights/${plan.name}/${name}`, { shape, dtype: 'float32' as const }] as const,
      ),
    ),
  );
}

/** Networks whose weights come from `weightOf`, by their owner's key. */
export function networksFrom(
  plans: readonly NetworkPlan[],
  weightOf: (key: string) => Tensor,
  noise: NoiseSource,
  isTraining: boolean,
): (name: NetworkName) => Network {
  return (name: NetworkName): Network => {
    const plan = plans.find((candidate) => candidate.name === name)!;
    const weights = (parameter: string) => weightIn(plan, parameter, weightOf);
    const isBorrowed = (parameter: string) => plan.borrows?.names.includes(parameter) ?? false;
    const { sizes, isContextFree = false } = plan;
    return { sizes, isContextFree, weights, isBorrowed, noise, scope: name, isTraining };
  };
}

function weightIn(plan: NetworkPlan, parameter: string, weightOf: (key: string) => Tensor): Tensor {
  const weight = weightOf(weightKey(plan, parameter));
  if (!plan.offsets?.names.includes(parameter)) return weight;
  const base = withoutGradient(() => tf.clone(weight));
  return tf.add(base, weightOf(`${plan.name}/${offsetName(parameter)}`));
}
