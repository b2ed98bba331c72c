/** Every regime there is. A new one costs a file and a line here. */
import { explain, oneOf, ShapeError } from '../base/errors.ts';
import type { RunConfig } from '../config/schema.ts';
import type { NetworkPlan } from '../model/network.ts';
import { adversarial } from './adversarial.ts';
import { allTokensMlm } from './all-tokens-mlm.ts';
import { bert } from './bert.ts';
import { electra15 } from './electra-15.ts';
import { frozenAnnealed } from './frozen-annealed.ts';
import { gumbelAdversarial } from './gumbel-adversarial.ts';
import { joint } from './joint.ts';
import type { Regime } from './regime.ts';
import { replaceMlm } from './replace-mlm.ts';
import { twoStage } from './two-stage.ts';

export const regimes: readonly Regime[] = [
  joint,
  twoStage,
  adversarial,
  bert,
  electra15,
  replaceMlm,
  allTokensMlm,
  frozenAnnealed,
  gumbelAdversarial,
];

export const regimeNames: readonly string[] = regimes.map(({ name }) => name);

/** @param name validated by the configuration */
export function regimeNamed(name: string): Regime {
  const regime = regimes.find((candidate) => candidate.name === name);
  if (!regime) throw new ShapeError(explain('regime', oneOf(regimeNames), name));
  return regime;
}

/** The networks of a run. @param vocabulary entries, V */
export function networksOf(config: RunConfig, vocabulary: number): NetworkPlan[] {
  return regimeNamed(config.regime).networks({ ...config.model, vocabulary }, config);
}
