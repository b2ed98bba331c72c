/** electra-lab import: a Hugging Face checkpoint as a run, to fine-tune it or to train it on. */
import type { CommandModule } from 'yargs';
import { ConfigError, explain } from '../base/errors.ts';
import { resolveObject } from '../config/resolve.ts';
import { importWeights } from '../exchange/import-weights.ts';
import { assembleTables } from '../results/tables.ts';
import { known, presetsFolder, print, printJson } from './command.ts';
import { jsonOption, setOption, textOption } from './options.ts';

interface ImportArguments {
  folder: string;
  as: string;
  out: string;
  set: string[];
  json: boolean;
}

export const importCommand: CommandModule<object, ImportArguments> = {
  command: 'import <folder>',
  describe: 'import ELECTRA or BERT weights in Hugging Face format as a run',
  builder: (yargs) =>
    yargs
      .positional('folder', {
        type: 'string',
        demandOption: true,
        describe:
          'holds config.json, model.safetensors and vocab.txt, or two such folders called discriminator and generator',
      })
      .option('as', {
        ...textOption('--as', "the run's name; its folder ends in a hash of the weights"),
        demandOption: true,
      })
      .option('out', { ...textOption('--out', 'results folder'), default: 'results/imported' })
      .option('set', setOption('text or recipe of the run: --set data.corpora=[sotu]'))
      .option('json', jsonOption)
      .example('$0 import my-electra --as mine', 'prints the path of the run, RUN below')
      .example('$0 finetune RUN --tasks offline', 'scores it')
      .example(
        '$0 run RUN/config.yaml --set training.startFrom=RUN --set training.steps=1000 --set optimiser.warmupSteps=100',
        'trains it on',
      ) as never,
  handler: execute,
};

function execute({ folder, as: name, out: results, set, json }: ImportArguments): void {
  for (const option of set) assertOwnKey(option);
  const { folder: run, notes } = importWeights({
    source: folder,
    name,
    results,
    resolve: (mapping, relativeTo) =>
      resolveObject(mapping, folder, { set, known, presetsFolder, folder: relativeTo }),
  });
  assembleTables(results);
  if (json) printJson({ run, notes });
  else print([run, ...notes.map((note) => `note: ${note}`)].join('\n'));
}

/** What the weights themselves decide cannot be chosen. */
function assertOwnKey(option: string): void {
  if (!/^\s*((name|regime|model|generator|data\.vocabulary\w*)\b|data\s*=)/.test(option)) return;
  const remedy = 'the weights decide it; --as gives the name';
  throw new ConfigError(
    explain('--set', 'a key of data, training, finetune or another recipe', option, remedy),
  );
}
