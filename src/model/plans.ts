/** The networks that there are, and the pair of them that most regimes train. */
import type { GeneratorConfig } from '../config/schema.ts';
import { encoderParameters } from './encoder.ts';
import { mlmHeadParameters, rtdHeadParameters } from './heads.ts';
import type { NetworkPlan } from './network.ts';
import { share } from './sharing.ts';
import { type EncoderSizes, generatorSizes } from './sizes.ts';

/** An encoder with a masked-LM head: a generator, or BERT itself. */
export function maskedLmPlan(name: 'generator' | 'bert', sizes: EncoderSizes): NetworkPlan {
  const parameters = [...encoderParameters(sizes), ...mlmHeadParameters(sizes)];
  return { name, sizes, parameters };
}

/** An encoder with a replaced-token-detection head. */
export function discriminatorPlan(sizes: EncoderSizes): NetworkPlan {
  const parameters = [...encoderParameters(sizes), ...rtdHeadParameters(sizes)];
  return { name: 'discriminator', sizes, parameters };
}

/**
 * A generator that knows token frequencies only, or not even those, and is never trained.
 *
 * @source ELECTRA §3.2, Figure 3 (unigram); google-research/electra, uniform_generator
 */
export function contextFreePlan(kind: 'unigram' | 'uniform', sizes: EncoderSizes): NetworkPlan {
  const initial = kind === 'unigram' ? ('frequencies' as const) : ('occurring' as const);
  const shape = [sizes.vocabulary];
  const logits = { name: 'logits', shape, initial, decays: false, depth: 0, isFrozen: true };
  return { name: 'generator', sizes, parameters: [logits], isContextFree: true };
}

/**
 * A full-size network and the generator beside it, sharing weights as configured.
 *
 * @param main the discriminator, or the `bert` of a regime that trains one on generator samples
 */
export function withGenerator(
  main: NetworkPlan,
  { kind, size, sharing }: GeneratorConfig,
): [main: NetworkPlan, generator: NetworkPlan] {
  if (kind !== 'network') return [main, contextFreePlan(kind, main.sizes)];
  return share(main, maskedLmPlan('generator', generatorSizes(main.sizes, size)), sharing);
}
