/** Takes named files out of a ZIP archive into memory: an archive never decides where on disk something is written. */
import { unzipSync } from 'fflate';
import { DataError } from '../../base/errors.ts';

/**
 * The bytes of some files of an archive. A link is no more than a file with its target's name in it.
 *
 * @param archive for messages
 * @throws {DataError} if the bytes are no archive, a file is not in it, or any name in it leads out of its folder
 */
export function unzipFiles(
  archive: string,
  bytes: Uint8Array,
  names: readonly string[],
): Map<string, Uint8Array> {
  const found = unzipMatching(archive, bytes, (name) => names.includes(name));
  const missing = names.find((name) => found[name] === undefined);
  if (missing) {
    const remedy = 'nothing of it was written; it is not the archive it should be';
    throw new DataError(`${archive}: expected ${missing} in it, got no such file; ${remedy}`);
  }
  return new Map(names.map((name) => [name, found[name]!]));
}

/** The same of all files whose names are wanted, by name. @throws {DataError} as unzipFiles, but for missing files */
export function unzipMatching(
  archive: string,
  bytes: Uint8Array,
  isWanted: (name: string) => boolean,
): Record<string, Uint8Array> {
  const escaping: string[] = [];
  const found = unzip(archive, bytes, (name) => {
    if (leadsOut(name)) escaping.push(name);
    return isWanted(name);
  });
  if (escaping.length === 0) return found;
  const got = JSON.stringify(escaping[0]);
  throw new DataError(`${archive}: expected names within its folder, got ${got}; nothing of it was written`);
}

function unzip(archive: string, bytes: Uint8Array, isWanted: (name: string) => boolean) {
  try {
    return unzipSync(bytes, { filter: ({ name }) => isWanted(name) });
  } catch (error) {
    throw new DataError(
      `${archive}: expected a ZIP archive, got ${(error as Error).message}; delete it and try again`,
    );
  }
}

function leadsOut(name: string): boolean {
  return /^[\\/]|^[a-z]:/i.test(name) || name.split(/[\\/]/).includes('..');
}
