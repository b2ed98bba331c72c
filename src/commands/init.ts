/** electra-lab init: an experiment for the user to start from: small, commented, and ready to run. */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandModule } from 'yargs';
import { writeFileAtomically } from '../base/atomic-files.ts';
import { ConfigError, explain } from '../base/errors.ts';
import { experimentName } from '../experiment/experiment-file.ts';
import { experimentsFolder, presetsFolder, print, printJson } from './command.ts';
import { experimentNames } from './completion.ts';
import { jsonOption } from './options.ts';

interface InitArguments {
  name: string;
  json: boolean;
  quiet: boolean;
}

export const initCommand: CommandModule<object, InitArguments> = {
  command: 'init <name>',
  describe: 'write an experiment and its configuration into this folder, as a starting point',
  builder: (yargs) =>
    yargs
      .positional('name', { type: 'string', demandOption: true, describe: 'names the files and the results' })
      .option('json', jsonOption)
      .example('$0 init my-ablation', 'then: electra-lab sweep my-ablation.yaml') as never,
  handler({ name: given, json, quiet }) {
    const name = nameOf(given);
    const files = { [`${name}.yaml`]: 'experiment.yaml', [`${name}-run.yaml`]: 'run.yaml' };
    for (const path of Object.keys(files)) assertAbsent(path);
    for (const [path, template] of Object.entries(files)) writeFileAtomically(path, filledIn(template, name));
    const [experiment] = Object.keys(files);
    if (json) return printJson({ files: Object.keys(files) });
    print(Object.keys(files).join('\n'));
    if (!quiet)
      print(
        `\nTo see what it costs: electra-lab plan ${experiment}\nTo run it: electra-lab sweep ${experiment}`,
      );
  },
};

/** A name that is a file's and that no experiment of the project has: results are named by it. */
function nameOf(given: string): string {
  const name = experimentName(given);
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name) || name !== given.replace(/\.ya?ml$/, ''))
    throw new ConfigError(explain('init', 'a name of letters, digits, dots, - and _', given));
  if (experimentNames().includes(name))
    throw new ConfigError(explain('init', 'a name that no experiment of the suite has', given));
  return name;
}

function assertAbsent(path: string): void {
  if (!existsSync(path)) return;
  throw new ConfigError(`${path}: expected no file yet, got one; choose another name, or move it away`);
}

function filledIn(template: string, name: string): string {
  const text = readFileSync(fileURLToPath(new URL(`./init/${template}`, import.meta.url)), 'utf8');
  const words: Record<string, string> = {
    NAME: name,
    SCHEMA: schemaIn(presetsFolder),
    EXPERIMENT_SCHEMA: schemaIn(experimentsFolder),
  };
  return text.replace(/NAME|EXPERIMENT_SCHEMA|SCHEMA/g, (word) => words[word]!);
}

/** Where an editor finds it, from here. */
function schemaIn(folder: string): string {
  return relative(process.cwd(), join(folder, 'schema.json')).replaceAll('\\', '/');
}
