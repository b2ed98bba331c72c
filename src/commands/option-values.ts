/** What yargs lets pass in silence: a switch with a value that is none, and an option that is given twice. */
import type { Argv } from 'yargs';
import { ConfigError, explain } from '../base/errors.ts';

/** What yargs knows of a command's options; its types leave it out. */
interface KnownOptions {
  boolean: string[];
  array: string[];
  key: Record<string, unknown>;
}

/**
 * @param args as they were typed
 * @throws {ConfigError} naming the option
 */
export function assertValues(args: readonly string[], program: Argv): void {
  const { boolean, array, key } = (program as unknown as { getOptions(): KnownOptions }).getOptions();
  for (const name of boolean) assertSwitch(args, name);
  for (const name of Object.keys(key)) if (!array.includes(name)) assertOnce(args, name);
}

/** Not by what yargs has read: one text may be read as a list, as `--seeds 0-4` is. */
function assertOnce(args: readonly string[], name: string): void {
  const places = [...args.keys()].filter((i) => args[i] === `--${name}` || args[i]!.startsWith(`--${name}=`));
  if (places.length < 2) return;
  const values = places.map((i) => (args[i]!.includes('=') ? args[i]!.slice(name.length + 3) : args[i + 1]));
  throw new ConfigError(explain(`--${name}`, 'one value', values, 'give it once'));
}

/** yargs takes any word but `true` for false, and some commands would then do what they were asked not to. */
function assertSwitch(args: readonly string[], name: string): void {
  const given = args.findLast((arg) => arg.startsWith(`--${name}=`) || arg.startsWith(`--no-${name}=`));
  const value = given?.slice(given.indexOf('=') + 1);
  if (value === undefined || value === 'true' || value === 'false') return;
  throw new ConfigError(explain(`--${name}`, 'no value, true or false', value, `write --${name} alone`));
}
