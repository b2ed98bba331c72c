/** What a shell is offered besides yargs's commands and options: experiments, presets, tasks. */
import { readdirSync } from 'node:fs';
import { presetNames } from '../config/resolve.ts';
import { taskChoices } from '../downstream/tasks/registry.ts';
import { experimentName } from '../experiment/experiment-file.ts';
import { experimentsFolder, presetsFolder } from './command.ts';

/** The experiments that come with the project. */
export function experimentNames(): string[] {
  const files = readdirSync(experimentsFolder).filter((file) => file.endsWith('.yaml'));
  return files.map(experimentName).sort();
}

/**
 * The names that can stand where the last word is; none where yargs knows better, or a path is wanted.
 *
 * @param words of the command line, without the program; the last may be a part of one, or empty
 */
export function namesAt(words: readonly string[]): string[] {
  const [command = '', ...others] = words;
  const [before, current] = [words.at(-2) ?? '', words.at(-1) ?? ''];
  if (current.startsWith('-')) return [];
  if (before === '--preset') return presetNames(presetsFolder);
  if (before === '--tasks') return [...taskChoices];
  if (['sweep', 'plan', 'tune', 'signal'].includes(command) && others.length === 1) return experimentNames();
  const takesPreset =
    (command === 'run' && others.length === 1) ||
    (command === 'data' && others.length === 2 && others[0] === 'prepare') ||
    (command === 'flops' && !before.startsWith('-') && others.length > 0);
  return takesPreset ? presetNames(presetsFolder) : [];
}
