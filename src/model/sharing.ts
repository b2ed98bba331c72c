/** Which weights two networks have in common, and whose loss moves them. */
import type { GeneratorConfig } from '../config/schema.ts';
import { embeddingTables, encoderParameters } from './encoder.ts';
import { type NetworkName, type NetworkPlan, offsetName } from './network.ts';
import type { ParameterSpec } from './parameters.ts';

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
