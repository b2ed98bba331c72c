/** electra-lab export: a run's networks in a form that other programs read. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { ConfigError, didYouMean, explain, oneOf } from '../base/errors.ts';
import { shellWord } from '../base/shell-word.ts';
import { resolveConfig } from '../config/resolve.ts';
import { findClassifier } from '../downstream/finetune/stored-classifier.ts';
import { taskNames } from '../downstream/tasks/registry.ts';
import { exportClassifier } from '../exchange/export-classifier.ts';
import { type ExportFormat, exportFormats, exportWeights } from '../exchange/export-weights.ts';
import { showPreparation } from '../progress/progress.ts';
import { checkpointOf, findRun, recordOf, vocabularyOf } from '../results/stored-run.ts';
import { loadWeights, readProgress } from '../training/checkpoint.ts';
import { createRunModel } from '../training/run-model.ts';
import { known, presetsFolder, print, printJson, progressFor } from './command.ts';
import { cacheOption, jsonOption, runPositional, textOption, wholeNumber } from './options.ts';

interface ExportArguments {
  run: string;
  to: ExportFormat;
  out: string;
  task?: string;
  batch?: number;
  cache: string;
  json: boolean;
  quiet: boolean;
}

export const exportCommand: CommandModule<object, ExportArguments> = {
  command: 'export <run>',
  describe: "write a run's networks as Hugging Face checkpoints or ONNX models",
  builder: (yargs) =>
    yargs
      .positional('run', runPositional)
      .option('to', {
        choices: exportFormats,
        demandOption: true,
        requiresArg: true,
        describe:
          'hf: weights, sizes and tokenizer for `transformers`, where it knows the network; onnx: every network, for ONNX Runtime',
      })
      .option('out', {
        ...textOption('--out', 'a new folder, with one folder per network'),
        demandOption: true,
      })
      .option(
        'task',
        textOption(
          '--task',
          'export the fine-tuned model of a task that `finetune --keep-weights` kept; needs --to onnx',
        ),
      )
      .option('batch', {
        requiresArg: true,
        coerce: wholeNumber('--batch'),
        describe: 'texts that a model reads at once [default: 1]; needs --to onnx',
      })
      .option('cache', cacheOption)
      .option('json', jsonOption)
      .example('$0 export RUN --to hf --out my-electra', 'both networks')
      .example('$0 export RUN --to onnx --out my-onnx', 'networks with relative positions as well')
      .example('$0 export RUN --to onnx --task genre --out my-genre', 'a classifier') as never,
  handler: execute,
};

async function execute(args: ExportArguments): Promise<void> {
  assertFormatHas(args);
  const { run, to, out, task, batch, json } = args;
  const stored = findRun(run);
  if (task !== undefined) assertKept(stored.folder, task);
  const record = recordOf(stored);
  const checkpointFolder = checkpointOf(stored, progressFor(args).note);
  const config = resolveConfig(stored.configFile, { set: [], known, presetsFolder });
  const progress = showPreparation(progressFor(args));
  const vocabulary = await vocabularyOf(config, record, { cacheFolder: args.cache, ...progress });
  const { regime, plans, store } = createRunModel(config, { vocabulary });
  if (task !== undefined) {
    const path = findClassifier(stored.folder, readProgress(checkpointFolder).step, task);
    const pretrained = plans.find(({ name }) => name === regime.encoder)!;
    exportClassifier(path, { config, record, pretrained, vocabulary, batch }, out);
    return json ? printJson({ run, classifier: path, folders: [out], notes: [] }) : print(out);
  }
  const checkpoint = loadWeights(checkpointFolder, plans, store);
  const source = { config, record, checkpoint, plans, store, vocabulary, batch };
  const { folders, notes } = exportWeights(source, to, out);
  if (json) return printJson({ run, step: checkpoint.step, folders, notes });
  print([...folders, ...notes.map((note) => `note: ${note}`)].join('\n'));
}

function assertFormatHas({ to, task, batch }: ExportArguments): void {
  if (to === 'onnx') return;
  const noHead = 'the other format has no such head without a layer that ours lacks';
  if (task !== undefined) throw new ConfigError(explain('--to', 'onnx, as --task is there', to, noHead));
  const noShape = 'weights take any number of texts';
  if (batch !== undefined) throw new ConfigError(explain('--to', 'onnx, as --batch is there', to, noShape));
}

/** A task of the user's own is known here only by what the run has kept of it. */
function assertKept(folder: string, wanted: string): void {
  const [task] = wanted.split('/') as [string];
  const classifiers = join(folder, 'classifiers');
  const kept = existsSync(classifiers) ? readdirSync(classifiers) : [];
  if (kept.includes(task)) return;
  const names = [...new Set([...kept, ...taskNames])];
  if (!names.includes(task))
    throw new ConfigError(explain('--task', oneOf(names), task, didYouMean(task, names)));
  const remedy = `keep one: electra-lab finetune ${shellWord(folder)} --tasks ${task} --keep-weights`;
  throw new ConfigError(explain('--task', 'a fine-tuned model', 'none', remedy));
}
