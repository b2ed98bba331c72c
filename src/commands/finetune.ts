/** electra-lab finetune: scores a run's encoder, or the same encoder untrained, on downstream tasks. */
import { basename, dirname, join, resolve } from 'node:path';
import type { CommandModule } from 'yargs';
import { ConfigError, explain } from '../base/errors.ts';
import { lockFolder } from '../base/folder-lock.ts';
import { resolveConfig } from '../config/resolve.ts';
import { finetuneHashOf } from '../config/run-id.ts';
import type { RunConfig } from '../config/schema.ts';
import { variants } from '../config/set-option.ts';
import { type PreparedData, prepareData } from '../data/preparation/prepared-data.ts';
import type { FinetuneRow } from '../downstream/finetune/finetune-table.ts';
import { tuningTasks } from '../downstream/tasks/offline.ts';
import { suites } from '../downstream/tasks/registry.ts';
import type { Task } from '../downstream/tasks/task.ts';
import { selectTasks } from '../downstream/tasks/task-selection.ts';
import { showPreparation } from '../progress/progress.ts';
import { type CheckpointState, untrained } from '../results/finetune-cells.ts';
import { summariseTasks } from '../results/finetuned-scores.ts';
import { assertSameText, checkpointOf, findRun, recordOf, type StoredRun } from '../results/stored-run.ts';
import { assembleTables } from '../results/tables.ts';
import { untrainedStore } from '../run/measured-checkpoints.ts';
import { assertPrecision } from '../run/one-precision.ts';
import { finetuneMissing } from '../run/run-finetuning.ts';
import { loadWeights } from '../training/checkpoint.ts';
import { createRunModel, type RunModel } from '../training/run-model.ts';
import {
  type EngineArguments,
  interruptSignal,
  known,
  open,
  presetsFolder,
  print,
  printJson,
  progressFor,
} from './command.ts';
import {
  assertKeyOf,
  cacheOption,
  engineOption,
  jsonOption,
  precisionOption,
  runPositional,
  setOption,
  textOption,
  threadsOption,
  wholeNumber,
} from './options.ts';
import { finetuneSummary } from './run-summary.ts';

interface FinetuneArguments extends EngineArguments {
  run: string;
  tasks?: string;
  seeds?: number;
  glueDir?: string;
  untrained: boolean;
  set: string[];
  vary: string[];
  predictions: boolean;
  keepWeights: boolean;
  cache: string;
  json: boolean;
  quiet: boolean;
}

export const finetuneCommand: CommandModule<object, FinetuneArguments> = {
  command: 'finetune <run>',
  describe: "fine-tune a run's encoder on downstream tasks and score it",
  builder: (yargs) =>
    yargs
      .positional('run', runPositional)
      .option(
        'tasks',
        textOption(
          '--tasks',
          "names, glue, offline or YAML files, with commas between [default: the run's finetune.tasks]",
        ),
      )
      .option('seeds', {
        requiresArg: true,
        coerce: (value) => (value === undefined ? value : wholeNumber('--seeds')(value)),
        describe: "fine-tuning runs of each task [default: the run's finetune.seeds]",
      })
      .option('glue-dir', textOption('--glue-dir', 'folder of GLUE in its official layout'))
      .option('untrained', {
        type: 'boolean',
        default: false,
        describe: 'fine-tune the same encoder with its initial weights, as a control',
      })
      .option('set', setOption('change a key of finetune: --set finetune.epochs=5'))
      .option('vary', {
        ...setOption('try several values of a key: --vary finetune.learningRate=[3e-4,1e-3]'),
      })
      .option('predictions', {
        type: 'boolean',
        default: false,
        describe: "write predictions of dev and test in GLUE's submission format",
      })
      .option('keep-weights', {
        type: 'boolean',
        default: false,
        describe:
          'also keep the fine-tuned weights, for `electra-lab export RUN --to onnx --task NAME --out DIR`',
      })
      .option('engine', engineOption)
      .option('threads', threadsOption)
      .option('precision', precisionOption)
      .option('cache', cacheOption)
      .option('json', jsonOption)
      .epilogue(
        `Tasks\n  glue: ${suites.glue.join(', ')}\n  offline: ${suites.offline.join(', ')}\n  for tuning, in no average: ${tuningTasks.map(({ name }) => name).join(', ')}`,
      )
      .example('$0 finetune RUN --tasks offline --seeds 3', 'what pre-training is worth')
      .example(
        '$0 finetune RUN --tasks offline --seeds 3 --untrained',
        'the same without pre-training, to compare',
      )
      .example(
        '$0 finetune RUN/checkpoints/step-000003000 --tasks glue --glue-dir glue',
        'one checkpoint',
      ) as never,
  handler: execute,
};

async function execute(args: FinetuneArguments): Promise<void> {
  const stored = findRun(args.run);
  const configs = configsOf(stored, args);
  const selection = selectTasks(configs[0]!.finetune.tasks, configs[0]!.finetune);
  if (selection.tasks.length === 0) {
    const remedy = 'add --tasks offline, --tasks glue --glue-dir DIR, or names with commas between';
    throw new ConfigError(explain('finetune', 'at least one task', 'none', remedy));
  }
  const progress = progressFor(args);
  for (const note of selection.notes) progress.note(note);
  const { listen, release } = interruptSignal();
  const unlock = lockFolder(stored.folder);
  try {
    // Not before the lock: another process may have been adding scores.
    const record = recordOf(stored);
    // Before any text is read: weights may be missing, or not those of the record.
    const path = args.untrained ? undefined : checkpointOf(stored, progress.note);
    const { engine } = await open(args);
    assertPrecision(stored.folder, record, args.precision);
    const cacheFolder = args.cache;
    const data = await prepareData(configs[0]!.data, { cacheFolder, ...showPreparation(progress) });
    assertSameText(stored, data.hash);
    const { model, checkpoint } = loadModel(path, configs[0]!, data);
    const rest = { folder: stored.folder, record, ...model, checkpoint, data, engine, cacheFolder, progress };
    const signal = listen();
    for (const config of configs) {
      const { tasks } = selection;
      const { predictions, keepWeights } = args;
      await finetuneMissing({ ...rest, config, tasks, signal, predictions, keepWeights });
    }
    progress.stop();
    const isShown = (row: FinetuneRow) => isAsked(row, configs, selection.tasks, checkpoint);
    report(stored, args, record.finetune.filter(isShown));
  } finally {
    progress.stop();
    unlock();
    release();
  }
}

/** The run's configuration with other fine-tuning: one, or one per combination of `--vary`. */
function configsOf(stored: StoredRun, { tasks, seeds, glueDir, set, vary }: FinetuneArguments): RunConfig[] {
  for (const option of set) assertKeyOf(['finetune'], '--set', option);
  for (const option of vary) assertKeyOf(['finetune'], '--vary', option);
  const options = [
    ...(tasks ? [`finetune.tasks=${JSON.stringify(tasks.split(',').map((name) => name.trim()))}`] : []),
    ...(seeds ? [`finetune.seeds=${seeds}`] : []),
    ...(glueDir ? [`finetune.glueDir=${JSON.stringify(glueDir)}`] : []),
    ...set,
  ];
  return variants(vary).map((varied) =>
    resolveConfig(stored.configFile, { set: [...options, ...varied], known, presetsFolder }),
  );
}

/** @param path of a checkpoint; undefined = the untrained networks */
function loadModel(
  path: string | undefined,
  config: RunConfig,
  data: PreparedData,
): { model: RunModel; checkpoint: CheckpointState } {
  const model = createRunModel(config, data);
  if (path !== undefined) return { model, checkpoint: loadWeights(path, model.plans, model.store) };
  const store = untrainedStore({ plans: model.plans, config, data });
  return { model: { ...model, store }, checkpoint: untrained };
}

/** Rebuilds the tables around the run and shows what was asked for, also what was scored before. */
function report(
  { folder }: StoredRun,
  { json, predictions, keepWeights }: FinetuneArguments,
  rows: FinetuneRow[],
): void {
  const isInResults = basename(dirname(resolve(folder))) === 'runs';
  const results = join(folder, '..', '..');
  if (isInResults) assembleTables(results);
  if (json) printJson({ run: folder, summary: summariseTasks(rows), rows });
  else {
    const where = isInResults ? `${results}/finetune.csv` : `${folder}/run.json`;
    const files = [
      ...(predictions ? [`Predictions: ${folder}/predictions`] : []),
      ...(keepWeights ? [`Weights: ${folder}/classifiers`] : []),
    ];
    print(['', ...finetuneSummary(rows), ...files, `Results: ${where}`].join('\n'));
  }
}

function isAsked(
  { checkpointStep, settings, task }: FinetuneRow,
  configs: readonly RunConfig[],
  tasks: readonly Task[],
  { step }: CheckpointState,
): boolean {
  return (
    checkpointStep === step &&
    configs.some((config) => finetuneHashOf(config) === settings) &&
    tasks.some(({ name }) => name === task)
  );
}
