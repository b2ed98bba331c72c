/** The configuration in a run's folder, which holds every key: it needs no preset. */
import { join } from 'node:path';
import { resolveConfig } from '../config/resolve.ts';
import type { KnownNames, RunConfig } from '../config/schema.ts';
import { corpusNames } from '../data/corpora/registry.ts';
import { taskChoices } from '../downstream/tasks/registry.ts';
import { optimiserNames } from '../optim/registry.ts';
import { regimeNamed, regimeNames } from '../regimes/registry.ts';

/** The names that a configuration may use. */
export const known: KnownNames = {
  regimes: regimeNames,
  corpora: corpusNames,
  tasks: taskChoices,
  optimisers: optimiserNames,
  conflictOf: (config) => regimeNamed(config.regime).conflictOf?.(config),
};

/** @throws {ConfigError} naming the key, if this version does not know one */
export function readStoredConfig(folder: string): RunConfig {
  return resolveConfig(join(folder, 'config.yaml'), { known, presetsFolder: folder });
}
