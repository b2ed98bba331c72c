/** The resolved configuration as a file that can be run again. */
import { stringify } from 'yaml';
import type { RunConfig } from './schema.ts';

/** YAML of every key in the schema's order; resolves to the same configuration from any folder. */
export function printConfig(config: RunConfig): string {
  return stringify(config, { lineWidth: 0, aliasDuplicateObjects: false });
}
