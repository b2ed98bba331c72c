/** electra-lab evaluate: measures a checkpoint of a run again. */
import type { CommandModule } from 'yargs';
import { resolveConfig } from '../config/resolve.ts';
import { prepareData } from '../data/preparation/prepared-data.ts';
import { createEvaluator } from '../evaluation/evaluator.ts';
import { weightMemory } from '../optim/parameter-store.ts';
import { showPreparation } from '../progress/progress.ts';
import { assertSameText, checkpointOf, findRun } from '../results/stored-run.ts';
import { loadWeights } from '../training/checkpoint.ts';
import { createRunModel } from '../training/run-model.ts';
import {
  type EngineArguments,
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
  threadsOption,
} from './options.ts';
import { textTable } from './text-table.ts';

interface EvaluateArguments extends EngineArguments {
  run: string;
  set: string[];
  cache: string;
  json: boolean;
  quiet: boolean;
}

export const evaluateCommand: CommandModule<object, EvaluateArguments> = {
  command: 'evaluate <run>',
  describe: "measure a run's last checkpoint, or another one, on held-out text",
  builder: (yargs) =>
    yargs
      .positional('run', runPositional)
      .option('set', setOption('change a key: --set evaluation.examples=4000'))
      .option('engine', engineOption)
      .option('threads', threadsOption)
      .option('precision', precisionOption)
      .option('cache', cacheOption)
      .option('json', jsonOption)
      .example('$0 evaluate results/quickstart/runs/joint-s0-3f2a9c1b7e', 'a run of the quickstart') as never,
  handler: execute,
};

async function execute(args: EvaluateArguments): Promise<void> {
  const { run, set, cache, json } = args;
  for (const option of set) assertKeyOf(['evaluation', 'data'], '--set', option);
  const stored = findRun(run);
  const config = resolveConfig(stored.configFile, { set, known, presetsFolder });
  const progress = progressFor(args);
  const checkpoint = checkpointOf(stored, progress.note);
  const data = await prepareData(config.data, { cacheFolder: cache, ...showPreparation(progress) });
  assertSameText(stored, data.hash);
  const { engine } = await open(args);
  const model = createRunModel(config, data);
  const { step } = loadWeights(checkpoint, model.plans, model.store);
  const memory = weightMemory(model.store);
  const evaluator = await createEvaluator({ ...model, data, engine, memory, ...config.evaluation });
  const metrics = await evaluator.evaluate();
  await evaluator.dispose();
  if (json) {
    return printJson({
      run,
      step,
      engine: engine.description,
      metrics: Object.fromEntries(metrics.map(({ name, value }) => [name, value ?? null])),
    });
  }
  print(`${run}, step ${step}, ${engine.description}\n`);
  print(
    textTable(
      ['metric', 'value'],
      metrics.map(({ name, value }) => [name, value?.toFixed(4) ?? '']),
    ),
  );
}
