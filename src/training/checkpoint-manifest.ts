/** What a checkpoint says of itself: which run's, how far, and a checksum of every file and of this description. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256, writeFileAtomically } from '../base/atomic-files.ts';
import { DataError, explain } from '../base/errors.ts';
import { systemCode, unreadable } from '../base/system-errors.ts';
import type { TrainingState } from './training-state.ts';

export interface Manifest extends TrainingState {
  runId: string;
  /** Length of curves.csv when the checkpoint was made. */
  curvesBytes: number;
  /** SHA-256 by file name. */
  files: Record<string, string>;
}

interface StoredManifest extends Manifest {
  formatVersion: number;
  /** SHA-256 of this description without this key. */
  checksum: string;
}

const formatVersion = 2;
const manifestName = 'checkpoint.json';

export function writeManifest(folder: string, manifest: Manifest): void {
  const content = { formatVersion, ...manifest };
  const stored: StoredManifest = { ...content, checksum: checksumOf(content) };
  writeFileAtomically(join(folder, manifestName), `${JSON.stringify(stored, null, 2)}\n`);
}

export function checksumsOf(folder: string, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, sha256(readFileSync(join(folder, name)))]));
}

/** @throws {DataError} if it is missing, damaged or of another format */
export function readManifest(path: string): Manifest {
  const file = join(path, manifestName);
  const fail = (got: string) =>
    new DataError(explain(file, 'the description of a checkpoint', got, damaged(path)));
  const stored = parse(readWhole(path, manifestName, 'the description of a checkpoint'));
  if (stored === undefined) throw fail('text that is not JSON');
  const { checksum, ...content } = stored ?? {};
  if (!stored || checksum !== checksumOf(content)) throw fail('one that does not match its checksum');
  const { formatVersion: version, ...manifest } = content as Manifest & { formatVersion: number };
  if (version === formatVersion) return manifest;
  const remedy = 'another version of this program wrote it; start again with run --overwrite';
  throw new DataError(explain(file, `a checkpoint of format ${formatVersion}`, version, remedy));
}

function checksumOf(content: Partial<StoredManifest>): string {
  return sha256(JSON.stringify(content));
}

function parse(bytes: Buffer): StoredManifest | null | undefined {
  try {
    return JSON.parse(bytes.toString()) as StoredManifest | null;
  } catch {
    return undefined;
  }
}

/** Only what was read can be damaged: a file that cannot be read may be whole. */
function readWhole(path: string, name: string, what = 'a file of this checkpoint'): Buffer {
  const file = join(path, name);
  try {
    return readFileSync(file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw new DataError(explain(file, what, 'none', damaged(path)));
    throw unreadable(file, `${what} that can be read`, error);
  }
}

/** @throws {DataError} if a file is missing, changed, or cannot be read */
export function assertUnchanged(path: string, files: Record<string, string>): void {
  for (const [name, expected] of Object.entries(files)) {
    const found = sha256(readWhole(path, name));
    if (found === expected) continue;
    throw new DataError(
      explain(
        join(path, name),
        `content with SHA-256 ${expected.slice(0, 12)}…`,
        `${found.slice(0, 12)}…`,
        damaged(path),
      ),
    );
  }
}

function damaged(path: string): string {
  return `it is damaged; delete ${path} to go on from the checkpoint before it`;
}
