/** Fine-tuning an encoder that nobody trained gives a plausible, worthless score: refused here. */
import { explain, TrainingError } from '../../base/errors.ts';
import { RandomStream } from '../../base/random.ts';
import { encoderParameters } from '../../model/encoder.ts';
import { type NetworkPlan, weightKey } from '../../model/network.ts';
import { initialise } from '../../model/parameters.ts';
import type { ParameterStore } from '../../optim/parameter-store.ts';

/**
 * Every weight of the encoder that is drawn at random must differ from what its seed draws.
 *
 * @param seed of the pre-training run
 * @param tokenCounts [V], of its training text
 * @throws {TrainingError} naming the first weight that is still as it was initialised
 */
export function assertPretrained(
  { plan, store }: { plan: NetworkPlan; store: ParameterStore },
  seed: number,
  tokenCounts: Uint32Array,
): void {
  for (const spec of encoderParameters(plan.sizes)) {
    if (typeof spec.initial === 'string' || !('std' in spec.initial)) continue;
    const key = weightKey(plan, spec.name);
    const fresh = initialise(spec, new RandomStream(seed, 'weights', key), tokenCounts);
    const found = store.value(key);
    if (fresh.some((value, i) => value !== found[i])) continue;
    const remedy = 'its checkpoint was not loaded, or training changed nothing; train it first';
    throw new TrainingError(explain(key, 'pre-trained weights', 'freshly initialised ones', remedy));
  }
}
