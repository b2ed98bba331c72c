/** The folder of cache files: what is not in it, or is damaged, is built. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../base/atomic-files.ts';
import { unwritable } from '../../base/system-errors.ts';
import { type Append, type CacheFile, DamagedError, openCacheFile, writeCacheFile } from './cache-file.ts';

/** The environment variable that names the folder where no option does. */
export const cacheVariable = 'ELECTRA_LAB_CACHE';
const remedies = `--cache or ${cacheVariable}`;

export interface CacheContext {
  cacheFolder: string;
  onProgress?: (message: string) => void;
}

/**
 * What is in the folder by this name, or else is built into it. A damaged file costs a notice and its building, never a
 * run.
 *
 * @throws {DataError} if the folder cannot be written, or the file not be read
 */
export async function readOrBuild<Facts>(
  name: string,
  { cacheFolder, onProgress }: CacheContext,
  build: (append: Append) => Facts | Promise<Facts>,
): Promise<CacheFile<Facts>> {
  const path = join(cacheFolder, name);
  try {
    const found = openCacheFile<Facts>(path);
    if (found) return found;
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    onProgress?.(`${path}: the cache file is damaged or of another version; building it again`);
  }
  assertWritable(cacheFolder);
  await writeCacheFile(path, build);
  return openCacheFile<Facts>(path)!;
}

/** Asked before the work, not after it. */
function assertWritable(folder: string): void {
  const probe = join(folder, `.probe-${process.pid}`);
  makeFolder(folder, remedies);
  try {
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw unwritable(folder, error, remedies);
  }
}
