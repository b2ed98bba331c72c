/** Where OpenVINO is looked for, on machines made up of folders; and what is refused of what is found. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/base/errors.ts';
import { findLibrary } from '../../../src/engine/openvino/find-library.ts';
import { loadLibrary, oneLine } from '../../../src/engine/openvino/library.ts';
import { checkedVersion } from '../../../src/engine/openvino/versions.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const folder = temporaryFolder();

/** A file where an installation has its C library. */
function install(...path: string[]): string {
  const file = join(folder, ...path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'not a library');
  return file;
}

/** A virtual environment whose Python says that openvino lies in a folder. */
function environment(name: string, openvino: string): string {
  const python = join(folder, name, 'bin', 'python');
  mkdirSync(dirname(python), { recursive: true });
  writeFileSync(python, `#!/bin/sh\necho '${openvino}'\n`);
  chmodSync(python, 0o755);
  return join(folder, name);
}

describe('the library', () => {
  const given = install('given', 'runtime', 'lib', 'intel64', 'libopenvino_c.so.2640');
  const wheel = install('wheel', 'openvino', 'libs', 'libopenvino_c.so.2641');
  const system = install('system', 'runtime', 'lib', 'intel64', 'libopenvino_c.so');
  const active = environment('venv', join(folder, 'wheel', 'openvino'));
  const INTEL_OPENVINO_DIR = join(folder, 'system');

  it('is the one in the folder that a variable names, before any other', () => {
    const env = { ELECTRA_LAB_OPENVINO: join(folder, 'given'), VIRTUAL_ENV: active, INTEL_OPENVINO_DIR };
    expect(findLibrary(env)).toEqual({ path: given, source: 'ELECTRA_LAB_OPENVINO' });
  });

  it('is the one of the active virtual environment, before the system', () => {
    const source = `the package openvino of ${join(active, 'bin', 'python')}`;
    expect(findLibrary({ VIRTUAL_ENV: active, INTEL_OPENVINO_DIR })).toEqual({ path: wheel, source });
  });

  it('is the one of the system where no Python has it', () => {
    const without = environment('empty', '');
    const env = { VIRTUAL_ENV: without, INTEL_OPENVINO_DIR, PATH: '' };
    expect(findLibrary(env)).toEqual({ path: system, source: 'the system' });
  });

  it('is named with the command that adds it where there is none', () => {
    if (existsSync('/opt/intel')) return; // This machine has one, perhaps.
    expect(() => findLibrary({ PATH: '' })).toThrow(
      "engine openvino: expected OpenVINO's C library, got none; run `python3 -m pip install",
    );
  });

  it('is missed in the folder that the variable names, and looked for nowhere else', () => {
    const env = { ELECTRA_LAB_OPENVINO: join(folder, 'nothing'), VIRTUAL_ENV: active };
    expect(() => findLibrary(env)).toThrow(
      `ELECTRA_LAB_OPENVINO: expected a folder with libopenvino_c, got "${join(folder, 'nothing')}"`,
    );
  });

  it('is refused where it cannot be loaded, in one line', () => {
    const refused = () => loadLibrary({ path: wheel, source: 'a test' });
    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow(/^engine openvino: \S+: expected to load, got "[^\n]+$/);
  });

  it('is refused where it lacks a function that is called', () => {
    const addon = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
    const { platform, arch } = process;
    const other = platform === 'linux' ? 'libonnxruntime.so.1' : 'onnxruntime_binding.node';
    const path = join(dirname(addon), 'bin', 'napi-v6', platform, arch, other);
    const refused = () => loadLibrary({ path, source: 'a test' });
    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow('ov_get_openvino_version');
  });
});

describe('the version', () => {
  it.each([
    ['2026.4.1-22983-4a8c6c1ab5c-releases/2026/4', '2026.4.1'],
    ['2026.4.0-22900-c6d6a13a886-releases/2026/4', '2026.4.0'],
  ])('%s is used', (build, version) => {
    expect(checkedVersion(build, 'x.so')).toBe(version);
  });

  it.each(['2025.4.1-20426-82bbf0292c5', '2026.0.0-20965', '2026.40.0-1', 'custom'])(
    '%s is refused',
    (build) => {
      expect(() => checkedVersion(build, 'x.so')).toThrow(
        /^engine openvino: x\.so: expected OpenVINO 2026\.4, got ".+"; run `python3 -m pip install "openvino==2026\.4\.\*"`$/,
      );
    },
  );
});

it("shortens the library's reasons to one line without the places that they passed", () => {
  const message =
    "Exception from src/inference/src/cpp/core.cpp:126:\nException from src/frontend.cpp:58:\nCheck 'x' failed at a.cpp:1:\nnot a model\n";
  expect(oneLine(message)).toBe("Check 'x' failed at a.cpp:1: not a model");
});
