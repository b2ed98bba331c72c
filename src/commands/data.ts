/** electra-lab data: which corpora and tasks there are, making text ready, and downloading GLUE and BLiMP. */
import type { CommandModule } from 'yargs';
import { resolveConfig } from '../config/resolve.ts';
import { describeCorpora } from '../data/corpora/registry.ts';
import { prepareData } from '../data/preparation/prepared.ts';
import { showPreparation } from '../progress/preparation-progress.ts';
import { known, presetsFolder, print, printJson, progressFor, textTable } from './command.ts';
import { blimpCommand } from './data-blimp.ts';
import { glueCommand } from './data-glue.ts';
import { tasksCommand } from './data-tasks.ts';
import { cacheOption, configPositional, jsonOption, setOption } from './options.ts';

interface ListArguments {
  json: boolean;
}

interface PrepareArguments {
  config: string;
  set: string[];
  cache: string;
  json: boolean;
  quiet: boolean;
}

const listCommand: CommandModule<object, ListArguments> = {
  command: 'list',
  describe: 'list the corpora',
  builder: (yargs) =>
    yargs.option('json', jsonOption).example('$0 data list', 'names, licences, words') as never,
  handler({ json }) {
    const corpora = describeCorpora();
    if (json) return printJson(corpora);
    const rows = corpora.map(({ name, title, words, reservedWords, licence, isInstalled }) => [
      name,
      words?.toLocaleString('en-US') ?? '',
      reservedWords === 0 ? '' : reservedWords.toLocaleString('en-US'),
      isInstalled ? 'yes' : 'no',
      licence,
      title,
    ]);
    print(textTable(['name', 'words', 'reserved', 'installed', 'licence', 'title'], rows));
    print('\nReserved words are never trained on: downstream tasks are scored on them.');
    print('Any folder of .txt files is a corpus too: --set data.folder=DIR');
  },
};

const prepareCommand: CommandModule<object, PrepareArguments> = {
  command: 'prepare <config>',
  describe: "clean, tokenise and cache a configuration's text",
  builder: (yargs) =>
    yargs
      .positional('config', configPositional)
      .option('set', setOption('change a key: --set data.folder=books'))
      .option('cache', cacheOption)
      .option('json', jsonOption)
      .example('$0 data prepare quick', 'what the quick preset trains on') as never,
  async handler({ config: file, set, cache, json, quiet }) {
    const config = resolveConfig(file, { set, known, presetsFolder });
    const progress = progressFor({ quiet });
    const data = await prepareData(config.data, { cacheFolder: cache, ...showPreparation(progress) });
    const { hash, documents, train, heldOut, trainTokenCount, vocabulary } = data;
    const facts = {
      ...{
        hash,
        vocabulary: vocabulary.size,
        trainTokens: trainTokenCount,
        sequenceLength: train.sequenceLength,
      },
      ...{ trainDocuments: documents.train, heldOutDocuments: documents.heldOut },
      ...{ trainExamples: train.count, heldOutExamples: heldOut.count },
    };
    if (json) return printJson(facts);
    print(
      textTable(
        ['fact', 'value'],
        Object.entries(facts).map(([name, value]) => [name, String(value)]),
      ),
    );
  },
};

export const dataCommand: CommandModule = {
  command: 'data',
  describe: 'list corpora and tasks, prepare text, download GLUE and BLiMP',
  builder: (yargs) =>
    yargs
      .command(listCommand as never)
      .command(prepareCommand as never)
      .command(tasksCommand as never)
      .command(glueCommand as never)
      .command(blimpCommand as never)
      .demandCommand(1, 'nothing')
      .example('$0 data list', 'which corpora there are'),
  handler: () => {},
};
