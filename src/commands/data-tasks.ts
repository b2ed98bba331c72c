/** electra-lab data tasks: what the downstream tasks are, and what can be scored on them without any network. */

import type { CommandModule } from 'yargs';
import { ConfigError, didYouMean, explain, oneOf } from '../base/errors.ts';
import { percent } from '../base/percent.ts';
import { answerByBaselines, scoreParts } from '../downstream/tasks/answer-scores.ts';
import { tuningTasks, wordTasks } from '../downstream/tasks/offline.ts';
import { taskChoices } from '../downstream/tasks/registry.ts';
import type { Task, TaskSources } from '../downstream/tasks/task.ts';
import { selectTasks } from '../downstream/tasks/task-selection.ts';
import { print, printJson, textTable } from './command.ts';
import { jsonOption, oneText } from './options.ts';

interface TasksArguments {
  tasks: string;
  glueDir?: string;
  json: boolean;
}

export const tasksCommand: CommandModule<object, TasksArguments> = {
  command: 'tasks',
  describe: 'list downstream tasks, with their sizes and what baselines score',
  builder: (yargs) =>
    yargs
      .option('tasks', {
        ...{ type: 'string', requiresArg: true, coerce: oneText('--tasks') },
        ...{ default: ['offline', ...[...tuningTasks, ...wordTasks].map(({ name }) => name)].join(',') },
        describe: 'names, glue, offline or YAML files, with commas between',
      })
      .option('glue-dir', {
        ...{ type: 'string', requiresArg: true, coerce: oneText('--glue-dir') },
        describe: 'folder of GLUE in its official layout',
      })
      .option('json', jsonOption)
      .example('$0 data tasks', 'the offline suite, what is tuned on, and what is asked of words')
      .example(
        '$0 data tasks --tasks glue --glue-dir glue',
        "GLUE's, as far as the folder has them",
      ) as never,
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
    ...{ task: task.name, title: task.title, part, labels: task.labels.length },
    ...{ train: data.train.length, dev: data.dev[part]!.length, metric },
    ...{ majorityScore: scores.majorityScore, bagOfWordsScore: scores.bagOfWordsScore },
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
    ...[
      row.task,
      row.part,
      row.labels === 0 ? 'number' : String(row.labels),
      count(row.train),
      count(row.dev),
    ],
    ...[row.metric, percent(row.majorityScore), percent(row.bagOfWordsScore), row.title],
  ];
}
