/** Weights as inputs of a program, and networks made of them. */
import type { InputSpec, NoiseSource } from '../engine/program.ts';
import type { Tensor } from '../engine/tensors.ts';
import { type Network, type NetworkName, type NetworkPlan, ownedParameters, weightKey } from './network.ts';

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
    const weights = (parameter: string) => weightOf(weightKey(plan, parameter));
    return { sizes: plan.sizes, weights, noise, scope: name, isTraining };
  };
}
