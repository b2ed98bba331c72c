/**
 * Times one epoch of fine-tuning a preset's encoder on a GLUE task, SST-2 unless told otherwise: batches by length,
 * noise, forward, backward, optimiser. The weights are fresh ones, which cost what trained ones do.
 *
 *   npx tsx benchmarks/finetune-epoch.ts quick --glue-dir glue
 *
 * Prints one JSON line.
 */
import yargs from 'yargs';
import { defaultCacheFolder, known, presetsFolder } from '../src/commands/command.ts';
import { resolveConfig } from '../src/config/resolve.ts';
import type { RunConfig } from '../src/config/schema.ts';
import { prepareData } from '../src/data/prepared.ts';
import { openOnnx } from '../src/engine/engines.ts';
import { createRunModel } from '../src/experiment/run.ts';
import { createFinetuner } from '../src/finetune/finetuner.ts';
import { taskNamed } from '../src/finetune/registry.ts';
import { countTokens } from '../src/objectives/batch-source.ts';
import { initialiseParameters } from '../src/optim/parameter-store.ts';

const { preset, glueDir, task, threads } = yargs(process.argv.slice(2))
  .command('$0 <preset>', 'time one epoch of fine-tuning', (y) =>
    y.positional('preset', { type: 'string', demandOption: true }),
  )
  .option('glue-dir', { type: 'string', demandOption: true })
  .option('task', { type: 'string', default: 'sst-2' })
  .option('threads', { type: 'number', default: 1 })
  .strict()
  .parseSync() as unknown as { preset: string; glueDir: string; task: string; threads: number };

const set = ['finetune.epochs=1', 'finetune.taskEpochs=false'];
const config = resolveConfig(preset, { set, known, presetsFolder });
process.stdout.write(`${JSON.stringify(await measure(config))}\n`);

async function measure(config: RunConfig) {
  const engine = await openOnnx(threads);
  const data = prepareData(config.data, { cacheFolder: defaultCacheFolder });
  const { regime, plans, store } = createRunModel(config, data);
  initialiseParameters(store, config.seed, countTokens(data.train, data.vocabulary));
  const plan = plans.find(({ name }) => name === regime.encoder)!;
  const examples = taskNamed(task).load({ glueDir });

  const encodingSince = performance.now();
  const finetuner = createFinetuner({
    ...{ task: taskNamed(task), train: examples.train, config: config.finetune },
    ...{ pretrained: { plan, store }, tokenizer: data.tokenizer, engine },
  });
  const trainingSince = performance.now();
  const processorSince = process.cpuUsage();
  let steps = 0;
  const onStep = () => void steps++;
  await finetuner.train({ seed: 0, signal: new AbortController().signal, onStep });
  const answeringSince = performance.now();
  const { user, system } = process.cpuUsage(processorSince);
  for (const part of Object.values(examples.dev)) await finetuner.predict(part);
  const end = performance.now();
  await finetuner.dispose();
  const trainingSeconds = (answeringSince - trainingSince) / 1000;
  return {
    ...{ engine: engine.description, threads, task, examples: examples.train.length, steps },
    minutes: trainingSeconds / 60,
    // What it would take with the processor to itself.
    processorMinutes: (user + system) / 6e7,
    tokensPerSecond: finetuner.tokensPerEpoch / trainingSeconds,
    tokens: finetuner.tokensPerEpoch,
    encodingSeconds: (trainingSince - encodingSince) / 1000,
    devSeconds: (end - answeringSince) / 1000,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  };
}
