/** electra-lab export: a run's networks in a form that other programs read. */
import type { CommandModule } from 'yargs';
import { resolveConfig } from '../config/resolve.ts';
import { prepareData } from '../data/prepared.ts';
import { type ExportFormat, exportFormats, exportWeights } from '../experiment/export-weights.ts';
import { createRunModel } from '../experiment/run.ts';
import { assertSameText, checkpointOf, findRun, recordOf } from '../experiment/stored-run.ts';
import { loadWeights } from '../training/checkpoint.ts';
import { createProgress } from '../training/progress-display.ts';
import { known, presetsFolder, print, printJson } from './command.ts';
import { cacheOption, jsonOption, oneText } from './options.ts';

interface ExportArguments {
  run: string;
  to: ExportFormat;
  out: string;
  cache: string;
  json: boolean;
}

export const exportCommand: CommandModule<object, ExportArguments> = {
  command: 'export <run>',
  describe: "write a run's networks as Hugging Face checkpoints or ONNX models",
  builder: (yargs) =>
    yargs
      .positional('run', {
        type: 'string',
        demandOption: true,
        describe: 'the folder of a run, or of one of its checkpoints',
      })
      .option('to', {
        choices: exportFormats,
        demandOption: true,
        requiresArg: true,
        describe:
          'hf: weights, sizes and tokenizer as `transformers` names them, where it has such a network; onnx: every network, for ONNX Runtime',
      })
      .option('out', {
        type: 'string',
        demandOption: true,
        requiresArg: true,
        coerce: oneText('--out'),
        describe: 'a new folder; it gets one folder a network',
      })
      .option('cache', cacheOption)
      .option('json', jsonOption)
      .example('$0 export RUN --to hf --out my-electra', 'both networks')
      .example('$0 export RUN --to onnx --out my-onnx', 'with relative positions, too') as never,
  handler: execute,
};

async function execute({ run, to, out, cache, json }: ExportArguments): Promise<void> {
  const stored = findRun(run);
  const [checkpointFolder, record] = [checkpointOf(stored), recordOf(stored)];
  const config = resolveConfig(stored.configFile, { set: [], known, presetsFolder });
  const progress = createProgress();
  const data = prepareData(config.data, { cacheFolder: cache, onProgress: (line) => progress.note(line) });
  assertSameText(stored, data.hash);
  const { plans, store } = createRunModel(config, data);
  const checkpoint = loadWeights(checkpointFolder, plans, store);
  const { vocabulary } = data;
  const source = { config, record, checkpoint, plans, store, vocabulary };
  const { folders, notes } = exportWeights(source, to, out);
  if (json) return printJson({ run, step: checkpoint.step, folders, notes });
  print([...folders, ...notes.map((note) => `note: ${note}`)].join('\n'));
}
