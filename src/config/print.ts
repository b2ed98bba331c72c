/** The resolved configuration as a file that can be run again. */
import { dirname, join, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { RunConfig } from './schema.ts';

/**
 * YAML of every key in the schema's order; resolves to the same configuration from any folder.
 *
 * @param folder of a run that the file is for: a generator from the folder beside it is named from there, so that
 *   results can be moved
 */
export function printConfig(config: RunConfig, folder?: string): string {
  const { checkpoint } = config.generator;
  const isBeside = folder !== undefined && checkpoint !== undefined && isSibling(checkpoint, folder);
  const generator = isBeside
    ? { ...config.generator, checkpoint: join('..', relative(dirname(resolve(folder)), checkpoint)) }
    : config.generator;
  return stringify({ ...config, generator }, { lineWidth: 0, aliasDuplicateObjects: false });
}

function isSibling(path: string, folder: string): boolean {
  return dirname(resolve(path)) === dirname(resolve(folder));
}
