/** OpenVINO's C library: the functions that are used of it, bound without a compiler, and its errors in one line. */
import koffi from 'koffi';
import { ConfigError, explain } from '../../base/errors.ts';
import { firstLine } from '../engine-kind.ts';
import type { FoundLibrary } from './find-library.ts';
import { checkedVersion, openvinoRemedy } from './versions.ts';

/** An object of the library's. */
export type Handle = unknown;
/** What a function writes its result to. */
type Box = [Handle];

/** Every function that is called, as OpenVINO's headers declare it; `shape` is `ov_shape_t`. */
const declarations = {
  ov_get_openvino_version: 'int ov_get_openvino_version(_Out_ Version *version)',
  ov_version_free: 'void ov_version_free(_Inout_ Version *version)',
  ov_get_last_err_msg: 'const char *ov_get_last_err_msg()',
  ov_core_create: 'int ov_core_create(_Out_ void **core)',
  ov_core_read_model_from_memory_buffer:
    'int ov_core_read_model_from_memory_buffer(void *core, const void *text, size_t length, void *weights, _Out_ void **model)',
  ov_core_compile_model:
    'int ov_core_compile_model(void *core, void *model, const char *device, size_t words, _Out_ void **compiled, ...)',
  ov_compiled_model_create_infer_request:
    'int ov_compiled_model_create_infer_request(void *compiled, _Out_ void **request)',
  ov_tensor_create_from_host_ptr:
    'int ov_tensor_create_from_host_ptr(int type, Shape shape, void *data, _Out_ void **tensor)',
  ov_infer_request_set_tensor:
    'int ov_infer_request_set_tensor(void *request, const char *name, void *tensor)',
  ov_infer_request_infer: 'int ov_infer_request_infer(void *request)',
  ov_tensor_free: 'void ov_tensor_free(void *tensor)',
  ov_infer_request_free: 'void ov_infer_request_free(void *request)',
  ov_compiled_model_free: 'void ov_compiled_model_free(void *compiled)',
  ov_model_free: 'void ov_model_free(void *model)',
} as const;

type Name = keyof typeof declarations;

export interface OpenvinoLibrary extends FoundLibrary {
  version: string;
  /** Calls a function that gives a status. @throws {Error} with the library's reason in one line */
  call(name: Name, ...args: unknown[]): void;
  /** Calls a function that writes an object at the place in `args` where `null` stands. @returns the object */
  create(name: Name, ...args: unknown[]): Handle;
  free(name: Name, handle: Handle): void;
}

/**
 * @throws {ConfigError} if the library does not load, lacks a function that is called, or has a version that was not
 *   tested
 */
export function loadLibrary(found: FoundLibrary): OpenvinoLibrary {
  const functions = bind(found.path);
  const version = checkedVersion(buildOf(functions), found.path);
  const call = (name: Name, ...args: unknown[]) => {
    const status = functions[name](...args) as number;
    if (status === 0) return;
    throw new Error(
      `OpenVINO: ${name} gave ${status}: ${oneLine(functions.ov_get_last_err_msg() as string)}`,
    );
  };
  const create = (name: Name, ...args: unknown[]) => {
    const box: Box = [null];
    call(name, ...args.map((arg) => (arg === output ? box : arg)));
    return box[0];
  };
  return { ...found, version, call, create, free: (name, handle) => functions[name](handle) };
}

/** Stands in a call of `create` where the function writes its result. */
export const output = Symbol('output');

type Functions = Record<Name, (...args: unknown[]) => unknown>;

function bind(path: string): Functions {
  try {
    defineTypes();
    const library = koffi.load(path);
    const bound = Object.entries(declarations).map(([name, text]) => [name, library.func(text)]);
    return Object.fromEntries(bound) as Functions;
  } catch (error) {
    const remedy = `OpenVINO of another version or processor; run \`${openvinoRemedy}\``;
    throw new ConfigError(explain(`engine openvino: ${path}`, 'to load', firstLine(error), remedy));
  }
}

let areTypesDefined = false;

/** koffi keeps types by name, for the whole process. */
function defineTypes(): void {
  if (areTypesDefined) return;
  koffi.struct('Version', { buildNumber: 'const char *', description: 'const char *' });
  koffi.struct('Shape', { rank: 'int64_t', dims: 'int64_t *' });
  areTypesDefined = true;
}

function buildOf(functions: Functions): string {
  const version: { buildNumber?: string } = {};
  functions.ov_get_openvino_version(version);
  return version.buildNumber ?? '';
}

/** Where an exception passed through is of no use to a user; what was checked, and the reason, are. */
export function oneLine(message: string): string {
  const lines = message.split('\n').map((line) => line.trim());
  const telling = lines.filter((line) => line !== '' && !line.startsWith('Exception from'));
  return telling.join(' ').slice(0, 300);
}
