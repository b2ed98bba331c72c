/** Where OpenVINO's C library lies on this machine. Nothing is downloaded. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ConfigError, explain } from '../../base/errors.ts';
import { openvinoRemedy } from './versions.ts';

export interface FoundLibrary {
  /** The file that is loaded. */
  path: string;
  /** Which of the ways led to it, for people. */
  source: string;
}

/** Names a folder with OpenVINO's libraries, which is then the only one that is looked at. */
export const folderVariable = 'ELECTRA_LAB_OPENVINO';

interface Place {
  source: string;
  /** Looked at in turn. */
  folders(): string[];
}

/** Below a folder of an installation, as its archives, wheels and packages have it. */
const librariesBelow = ['', 'libs', 'runtime/lib/intel64', 'runtime/bin/intel64/Release', 'lib', 'bin'];

/** The C library, with or without a version in its name, on Linux, macOS and Windows. */
const isLibrary = (name: string) =>
  /^(libopenvino_c\.so(\.\d+)*|libopenvino_c(\.\d+)*\.dylib|openvino_c\.dll)$/.test(name);

/**
 * Looks in the folder that the variable names; else in openvino-node, in a Python package `openvino`, and where systems
 * install it.
 *
 * @throws {ConfigError} where there is none
 */
export function findLibrary(env: NodeJS.ProcessEnv = process.env): FoundLibrary {
  const given = env[folderVariable];
  for (const { source, folders } of given ? [ofVariable(given)] : placesOf(env)) {
    for (const folder of folders()) {
      const path = libraryIn(folder);
      if (path) return { path, source };
    }
  }
  if (given) throw new ConfigError(explain(folderVariable, 'a folder with libopenvino_c', given));
  throw new ConfigError(
    `engine openvino: expected OpenVINO's C library, got none; run \`${openvinoRemedy}\``,
  );
}

const ofVariable = (folder: string): Place => ({ source: folderVariable, folders: () => [folder] });

function placesOf(env: NodeJS.ProcessEnv): Place[] {
  return [
    { source: 'openvino-node', folders: foldersOfNpm },
    ...pythons(env).map(({ name, find }) => ({
      source: `the package openvino of ${name}`,
      folders: () => folderOfPython(find(), env),
    })),
    { source: 'the system', folders: () => systemFolders(env) },
  ];
}

function foldersOfNpm(): string[] {
  try {
    return [dirname(createRequire(import.meta.url).resolve('openvino-node/package.json'))];
  } catch {
    return [];
  }
}

interface Python {
  name: string;
  /** @returns the program; empty where there is none */
  find(): string;
}

/** The active environment's Python, the usual one, and the one that uv would take in this folder. */
function pythons(env: NodeJS.ProcessEnv): Python[] {
  const isWindows = process.platform === 'win32';
  const program = isWindows ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const active = [env.VIRTUAL_ENV, env.CONDA_PREFIX].flatMap((folder) =>
    folder ? [join(folder, ...program)] : [],
  );
  const usual = [...active, isWindows ? 'python' : 'python3'];
  return [
    ...usual.map((name) => ({ name, find: () => name })),
    { name: 'uv', find: () => outputOf('uv', ['python', 'find', '--offline'], env) },
  ];
}

const printFolder =
  'import importlib.util as u; s = u.find_spec("openvino"); print(s.submodule_search_locations[0] if s else "")';

function folderOfPython(program: string, env: NodeJS.ProcessEnv): string[] {
  const folder = program === '' ? '' : outputOf(program, ['-c', printFolder], env);
  return folder === '' ? [] : [folder];
}

/** @returns what a program prints; nothing where it is missing or fails */
function outputOf(program: string, args: readonly string[], env: NodeJS.ProcessEnv): string {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', timeout: 20_000, env });
  return status === 0 ? stdout.trim() : '';
}

function systemFolders({ INTEL_OPENVINO_DIR }: NodeJS.ProcessEnv): string[] {
  const archives = existsSync('/opt/intel')
    ? readdirSync('/opt/intel').filter((name) => name.startsWith('openvino'))
    : [];
  return [
    ...(INTEL_OPENVINO_DIR ? [INTEL_OPENVINO_DIR] : []),
    ...archives.sort().map((name) => join('/opt/intel', name)),
    ...['/usr/lib', '/usr/lib64', '/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu'],
    ...['/usr/local/lib', '/opt/homebrew/lib'],
  ];
}

function libraryIn(folder: string): string | undefined {
  for (const below of librariesBelow) {
    const candidate = join(folder, below);
    const name = existsSync(candidate) ? readdirSync(candidate).find(isLibrary) : undefined;
    if (name) return join(candidate, name);
  }
  return undefined;
}
