/** electra-lab data: lists corpora and tasks and prepares text. */
import type { CommandModule } from 'yargs';
import { ConfigError, didYouMean, explain, oneOf } from '../base/errors.ts';
import { percent } from '../base/percent.ts';
import { resolveConfig } from '../config/resolve.ts';
import { describeCorpora } from '../data/corpora/registry.ts';
import { prepareData } from '../data/preparation/prepared-data.ts';
import { answerByBaselines, scoreParts } from '../downstream/tasks/answer-scores.ts';
import { tuningTasks, wordTasks } from '../downstream/tasks/offline.ts';
import { taskChoices } from '../downstream/tasks/registry.ts';
import type { Task, TaskSources } from '../downstream/tasks/task.ts';
import { selectTasks } from '../downstream/tasks/task-selection.ts';
import { showPreparation } from '../progress/progress.ts';
import { known, presetsFolder, print, printJson, progressFor } from './command.ts';
import { blimpCommand, glueCommand } from './data-download.ts';
import { cacheOption, configPositional, jsonOption, setOption, textOption } from './options.ts';
import { textTable } from './text-table.ts';

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
    print('\nReserved words are never trained on; downstream tasks are scored on them.');
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
      hash,
      vocabulary: vocabulary.size,
      trainTokens: trainTokenCount,
      sequenceLength: train.sequenceLength,
      trainDocuments: documents.train,
      heldOutDocuments: documents.heldOut,
      trainExamples: train.count,
      heldOutExamples: heldOut.count,
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

/** electra-lab data tasks: what the downstream tasks are, and what can be scored on them without any network. */
interface TasksArguments {
  tasks: string;
  glueDir?: string;
  json: boolean;
}

const tasksCommand: CommandModule<object, TasksArguments> = {
  command: 'tasks',
  describe: 'list downstream tasks, with their sizes and what baselines score',
  builder: (yargs) =>
    yargs
      .option('tasks', {
        ...textOption('--tasks', 'names, glue, offline or YAML files, with commas between'),
        default: ['offline', ...[...tuningTasks, ...wordTasks].map(({ name }) => name)].join(','),
      })
      .option('glue-dir', textOption('--glue-dir', 'folder of GLUE in its official layout'))
      .option('json', jsonOption)
      .example('$0 data tasks', 'the offline suite, the tuning tasks and the word tasks')
      .example('$0 data tasks --tasks glue --glue-dir glue', 'the GLUE tasks that the folder has') as never,
  handler({ tasks: names, glueDir, json }) {
    const sources = { glueDir };
    const { tasks, notes } = selectTasks(namesIn(names), sources);
    const rows = tasks.flatMap((task) => rowsOf(task, sources));
    if (json) return printJson(rows);
    const header = ['task', 'part', 'labels', 'train', 'dev', 'metric', 'commonest', 'bag of words', 'title'];
    print(textTable(header, rows.map(cellsOf)));
    for (const note of notes) print(`\n${note}`);
  },
};

interface TaskRow {
  task: string;
  title: string;
  part: string;
  /** 0: numbers. */
  labels: number;
  train: number;
  dev: number;
  metric: string;
  majorityScore?: number | undefined;
  bagOfWordsScore?: number | undefined;
}

function rowsOf(task: Task, sources: TaskSources): TaskRow[] {
  const data = task.load(sources);
  const baselines = answerByBaselines(task, data);
  return scoreParts(task, data.dev, baselines.majority, baselines).map(({ part, metric, ...scores }) => ({
    task: task.name,
    title: task.title,
    part,
    labels: task.labels.length,
    train: data.train.length,
    dev: data.dev[part]!.length,
    metric,
    majorityScore: scores.majorityScore,
    bagOfWordsScore: scores.bagOfWordsScore,
  }));
}

/** Names are checked here: the choice of tasks takes them for known. */
function namesIn(list: string): string[] {
  const names = list.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !taskChoices.includes(name) && !/\.ya?ml$/.test(name));
  if (unknown === undefined) return names;
  throw new ConfigError(explain('--tasks', oneOf(taskChoices), unknown, didYouMean(unknown, taskChoices)));
}

function cellsOf(row: TaskRow): string[] {
  const count = (value: number) => value.toLocaleString('en-US');
  return [
    row.task,
    row.part,
    row.labels === 0 ? 'number' : String(row.labels),
    count(row.train),
    count(row.dev),
    row.metric,
    percent(row.majorityScore),
    percent(row.bagOfWordsScore),
    row.title,
  ];
}
