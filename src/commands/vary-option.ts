/** `--vary key=[a, b]`: every combination of several values of several keys, as `--set` options. */
import { parseDocument } from 'yaml';
import { ConfigError, explain } from '../base/errors.ts';

/**
 * @param options `key=[value, …]`, values in YAML
 * @returns a list of `key=value` options for each combination; one empty list without options
 * @throws {ConfigError} if there is no list of values
 */
export function variants(options: readonly string[]): string[][] {
  return options
    .map(choicesOf)
    .reduce<string[][]>(
      (combinations, choices) =>
        combinations.flatMap((before) => choices.map((choice) => [...before, choice])),
      [[]],
    );
}

function choicesOf(option: string): string[] {
  const equals = option.indexOf('=');
  const document = parseDocument(option.slice(equals + 1), { logLevel: 'silent' });
  const values: unknown = document.errors.length > 0 ? undefined : document.toJS();
  if (equals < 0 || !Array.isArray(values) || values.length === 0) {
    const remedy = 'write it as finetune.learningRate=[3e-4,1e-3]';
    throw new ConfigError(explain('--vary', 'key=[value, …]', option, remedy));
  }
  return values.map((value) => `${option.slice(0, equals)}=${JSON.stringify(value)}`);
}
