/** The resolved configuration as a file that can be run again. */
import { dirname, join, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { RunConfig } from './schema.ts';

/**
 * YAML of every key in the schema's order; resolves to the same configuration from any folder.
 *
 * @param folder of a run that the file is for: runs beside it whose weights it takes are named from there, so that
 *   results can be moved
 */
export function printConfig(config: RunConfig, folder?: string): string {
  const fromFolder = (path: string | undefined) =>
    path !== undefined && folder !== undefined && isSibling(path, folder)
      ? join('..', relative(dirname(resolve(folder)), path))
      : path;
  const { checkpoint } = config.generator;
  const { startFrom, fork } = config.training;
  const moved = {
    ...config,
    generator: { ...config.generator, ...(checkpoint && { checkpoint: fromFolder(checkpoint) }) },
    training: {
      ...config.training,
      ...(startFrom && { startFrom: fromFolder(startFrom) }),
      ...(fork && { fork: { ...fork, run: fromFolder(fork.run) } }),
    },
  };
  return stringify(moved, { lineWidth: 0, aliasDuplicateObjects: false });
}

function isSibling(path: string, folder: string): boolean {
  return dirname(resolve(path)) === dirname(resolve(folder));
}
