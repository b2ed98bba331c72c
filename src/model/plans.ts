/** The networks that there are, the pair of them that most regimes train, and which weights the two share. */
import type { GeneratorConfig } from '../config/schema.ts';
import { embeddingTables, encoderParameters } from './encoder.ts';
import { mlmHeadParameters, rtdHeadParameters } from './heads.ts';
import { type NetworkName, type NetworkPlan, offsetName } from './network.ts';
import type { ParameterSpec } from './parameters.ts';
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

/**
 * A full-size network and its generator, sharing weights.
 *
 * - `none`: nothing.
 * - `embeddings`: token, position and segment tables are the main network's; both losses move them.
 * - `all`: the whole encoder is the main network's; both losses move it. Needs equal sizes.
 * - `disentangled`: the tables are the generator's, moved by its loss alone; the main network reads them as constants
 *   and adds an offset of its own, which begins at zero.
 *
 * @source ELECTRA §3.2 (google-research/electra also ties the segment table); `disentangled`: DeBERTaV3 (He et al. 2023)
 */
export function share(
  main: NetworkPlan,
  generator: NetworkPlan,
  mode: GeneratorConfig['sharing'],
): [main: NetworkPlan, generator: NetworkPlan] {
  switch (mode) {
    case 'none':
      return [main, generator];
    case 'embeddings':
      return [main, borrow(generator, main.name, embeddingTables)];
    case 'all':
      return [main, borrow(generator, main.name, encoderParameters(main.sizes).map(nameOf))];
    case 'disentangled':
      return [offset(main, generator.name, embeddingTables), generator];
  }
}

/** Lets a network read some weights from another one, which then owns them; names that it has not are left out. */
function borrow(plan: NetworkPlan, from: NetworkName, candidates: readonly string[]): NetworkPlan {
  const names = plan.parameters.map(nameOf).filter((name) => candidates.includes(name));
  return { ...plan, borrows: { from, names } };
}

function offset(plan: NetworkPlan, from: NetworkName, candidates: readonly string[]): NetworkPlan {
  const names = plan.parameters.map(nameOf).filter((name) => candidates.includes(name));
  const parameters = plan.parameters.map((spec): ParameterSpec => {
    if (!names.includes(spec.name)) return spec;
    return { ...spec, name: offsetName(spec.name), initial: 'zeros' };
  });
  return { ...plan, parameters, offsets: { from, names } };
}

function nameOf({ name }: ParameterSpec): string {
  return name;
}
