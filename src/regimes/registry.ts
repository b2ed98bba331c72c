/** Every regime there is. A new one costs a file and a line here. */
import { bert } from './bert.ts';
import { joint } from './joint.ts';
import type { Regime } from './regime.ts';

const regimes: readonly Regime[] = [joint, bert];

export const regimeNames: readonly string[] = regimes.map(({ name }) => name);

/** @param name validated by the configuration */
export function regimeNamed(name: string): Regime {
  const regime = regimes.find((candidate) => candidate.name === name);
  if (!regime) throw new Error(`regime: expected one of ${regimeNames.join(', ')}, got "${name}"`);
  return regime;
}
