/** electra-lab import: a Hugging Face checkpoint as a run, to fine-tune it or to train it on. */
import type { CommandModule } from 'yargs';
import { resolveObject } from '../config/resolve.ts';
import { importWeights } from '../experiment/import-weights.ts';
import { known, presetsFolder, print } from './command.ts';
import { oneText, setOption } from './options.ts';

interface ImportArguments {
  folder: string;
  as: string;
  out: string;
  set: string[];
}

export const importCommand: CommandModule<object, ImportArguments> = {
  command: 'import <folder>',
  describe: 'take ELECTRA or BERT weights in Hugging Face form as a run',
  builder: (yargs) =>
    yargs
      .positional('folder', {
        type: 'string',
        demandOption: true,
        describe: 'config.json, model.safetensors and vocab.txt; or a folder of discriminator and generator',
      })
      .option('as', {
        type: 'string',
        demandOption: true,
        requiresArg: true,
        coerce: oneText('--as'),
        describe: 'the name of the run',
      })
      .option('out', {
        type: 'string',
        default: 'results/imported',
        requiresArg: true,
        coerce: oneText('--out'),
        describe: 'results folder',
      })
      .option('set', setOption('text or recipe of the run: --set data.corpora=[sotu]'))
      .example('$0 import electra-small --as electra-small', 'both networks')
      .example(
        '$0 finetune results/imported/runs/electra-small --tasks offline',
        'and their scores',
      ) as never,
  handler: ({ folder, as: name, out: results, set }) => {
    const run = importWeights({
      ...{ source: folder, name, results },
      resolve: (mapping, relativeTo) =>
        resolveObject(mapping, folder, { set, known, presetsFolder, folder: relativeTo }),
    });
    print(run);
  },
};
