/**
 * Brings BLiMP (CC-BY) from its repository into a folder: one file of 1,000 pairs a paradigm.
 *
 * Length and SHA-256 are those of the archive in the repository at the commit below, and its files those of the
 * repository's `data`. The address itself was never tried from here; tests ask a server of their own.
 *
 * @source alexwarstadt/blimp, BLiMP.zip at 3e56b06
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeFileAtomically } from '../../base/atomic-files.ts';
import { DataError, explain } from '../../base/errors.ts';
import { type DownloadContext, download, isWhole } from './download.ts';
import type { RemoteFile } from './glue-download.ts';
import { unzipMatching } from './unzip.ts';

export const blimpServer = 'https://raw.githubusercontent.com';

export interface BlimpArchive extends RemoteFile {
  /** Files that it holds, one a paradigm. */
  paradigms: number;
}

export const blimpArchive: BlimpArchive = {
  path: 'alexwarstadt/blimp/3e56b06fcabca9b30822fc66435fca6b1aa40bb1/BLiMP.zip',
  bytes: 2_354_164,
  sha256: '172a1a714d72e72a89e8384dd531483f3d0f8a9aee3d33dccaf7992d8cecbb73',
  paradigms: 67,
};

/** Whether all paradigms are in a folder, so that nothing has to be downloaded. */
export function isBlimpInstalled(dir: string, { paradigms } = blimpArchive): boolean {
  return existsSync(dir) && readdirSync(dir).filter(isPairFile).length >= paradigms;
}

/**
 * Downloads the archive and puts its files into a folder. What was downloaded in part is resumed; the archive is
 * deleted in the end.
 *
 * @param server base address
 * @throws {DataError} if the archive cannot be had, is not the right one, or `dir` cannot be written
 */
export async function installBlimp(
  { dir, server = blimpServer }: { dir: string; server?: string },
  context: DownloadContext = {},
  archive = blimpArchive,
): Promise<void> {
  if (isBlimpInstalled(dir, archive)) return;
  const path = join(dir, basename(archive.path));
  const url = `${server.replace(/\/+$/, '')}/${archive.path}`;
  if (!isWhole(path, archive)) await download({ ...archive, url, path }, context);
  const found = Object.entries(unzipMatching(path, readFileSync(path), isPairFile));
  if (found.length !== archive.paradigms) {
    throw new DataError(explain(path, `${archive.paradigms} .jsonl files in it`, found.length, 'delete it'));
  }
  for (const [name, bytes] of found) writeFileAtomically(join(dir, basename(name)), bytes);
  rmSync(path);
}

/** Beside each file, the archive has one with a Mac's notes on it. */
function isPairFile(name: string): boolean {
  return name.endsWith('.jsonl') && !basename(name).startsWith('._');
}
