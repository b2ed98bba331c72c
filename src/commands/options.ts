/** Options that several commands have, said once. */
import { availableParallelism } from 'node:os';
import type { Options } from 'yargs';
import { ConfigError, explain } from '../base/errors.ts';
import { cacheVariable } from '../data/preparation/cache-folder.ts';
import { engineChoices, engineNamesWithThreads, precisions } from '../engine/engines.ts';
import { logFormats } from '../exchange/tensorboard/run-events.ts';
import { defaultCacheFolder } from './command.ts';

/** For an option's `coerce`: a whole number from 1, written once. */
export function wholeNumber(option: string): (value: unknown) => number {
  return (value) => {
    if (Number.isSafeInteger(value) && (value as number) >= 1) return value as number;
    throw new ConfigError(explain(option, 'a whole number from 1', value));
  };
}

/** More would only wait for each other, and hundreds would take minutes to begin. */
function threadCount(value: unknown): number {
  const count = wholeNumber('--threads')(value);
  const most = Math.max(64, 4 * availableParallelism());
  if (count <= most) return count;
  const remedy = 'one for each core is the most that helps';
  throw new ConfigError(explain('--threads', `at most ${most} on this machine`, count, remedy));
}

/** For an option's `coerce`: a text that is not empty, written once. */
export function oneText(option: string): (value: unknown) => string | undefined {
  return (value) => {
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    throw new ConfigError(explain(option, 'one value', value));
  };
}

/** One text. */
export function textOption(option: string, describe: string) {
  return { type: 'string', requiresArg: true, coerce: oneText(option), describe } as const;
}

/** Texts that may be written with commas, or the option again. */
export function textList(option: string, describe: string): Options {
  const split = (values: readonly string[]) => {
    const items = values.flatMap((value) => value.split(',')).map((item) => item.trim());
    if (!items.includes('')) return items;
    throw new ConfigError(explain(option, 'names with commas between them', values.join(' ')));
  };
  return { type: 'string', array: true, requiresArg: true, default: [], coerce: split as never, describe };
}

export const configPositional = {
  type: 'string',
  demandOption: true,
  describe: 'a YAML file, or the name of a preset',
} as const;

export const runPositional = {
  type: 'string',
  demandOption: true,
  describe: 'the folder of a run, or of one of its checkpoints',
} as const;

/** @param describe says what it changes, with an example */
export function setOption(describe: string): Options {
  return { type: 'string', array: true, requiresArg: true, default: [], describe };
}

/**
 * @param sections whose keys a command heeds of a run that is there: any other would describe another run
 * @throws {ConfigError} on a key of another section
 */
export function assertKeyOf(sections: readonly string[], flag: string, option: string): void {
  if (sections.some((section) => option.trimStart().startsWith(`${section}.`))) return;
  const remedy = 'another run is another training: use `electra-lab run`';
  throw new ConfigError(explain(flag, `a key of ${sections.join(' or ')}`, option, remedy));
}

/** @param name of the folder that is used without the option */
export function outOption(name: string): Options {
  return textOption('--out', `results folder [default: results/<${name}>]`);
}

export const cacheOption: Options = {
  ...textOption('--cache', `folder for prepared text; ${cacheVariable} names another default`),
  default: defaultCacheFolder,
  defaultDescription: defaultCacheFolder,
};

export const engineOption: Options = {
  choices: engineChoices,
  requiresArg: true,
  default: 'auto',
  describe: 'what executes the model',
};

export const jobsOption: Options = {
  requiresArg: true,
  coerce: wholeNumber('--jobs'),
  default: availableParallelism(),
  defaultDescription: 'one per core',
  describe: 'runs at once',
};

export const threadsOption: Options = {
  requiresArg: true,
  coerce: threadCount,
  default: 1,
  describe: `threads of the engine (${engineNamesWithThreads.join(', ')}), in each run`,
};

export const precisionOption: Options = {
  choices: precisions,
  requiresArg: true,
  default: 'f32',
  describe: 'numbers that the engine computes in; bf16 needs openvino and a processor that has it',
};

export const logOption: Options = {
  choices: logFormats,
  requiresArg: true,
  describe: "also write the curves as TensorBoard event files into each run's folder",
};

export const jsonOption: Options = { type: 'boolean', default: false, describe: 'print JSON' };

export const quietOption: Options = {
  type: 'boolean',
  default: false,
  describe: 'print results only: no progress, no explanations',
};
