/**
 * Times one epoch of fine-tuning a preset's encoder on a GLUE task, SST-2 unless told otherwise: batches by length,
 * noise, forward, backward, optimiser. The weights are fresh ones, which cost what trained ones do.
 *
 *   npx tsx benchmarks/finetune-epoch.ts quick --glue-dir glue
 *
 * Prints one JSON line. With --write FILE it trains nothing, but writes the epoch's batches for PyTorch.
 */
import { writeFileSync } from 'node:fs';
import yargs from 'yargs';
import { bytesOf } from '../src/base/atomic-files.ts';
import { RandomStream } from '../src/base/random.ts';
import { defaultCacheFolder, known, presetsFolder } from '../src/commands/command.ts';
import { resolveConfig } from '../src/config/resolve.ts';
import type { RunConfig } from '../src/config/schema.ts';
import { prepareData } from '../src/data/preparation/prepared.ts';
import {
  type EncodedExamples,
  encodeExamples,
  lengthOf,
} from '../src/downstream/batching/encoded-examples.ts';
import { type Batch, shuffledBatches } from '../src/downstream/batching/length-buckets.ts';
import { fillBatch } from '../src/downstream/batching/programs-by-length.ts';
import { createFinetuner } from '../src/downstream/finetune/finetuner.ts';
import { taskNamed } from '../src/downstream/tasks/registry.ts';
import { openOnnx } from '../src/engine/engines.ts';
import { countTokens } from '../src/objectives/batch-source.ts';
import { initialiseParameters } from '../src/optim/parameter-store.ts';
import { createRunModel } from '../src/training/run-model.ts';

const { preset, glueDir, task, threads, steps, write } = yargs(process.argv.slice(2))
  .command('$0 <preset>', 'time one epoch of fine-tuning', (y) =>
    y.positional('preset', { type: 'string', demandOption: true }),
  )
  .option('glue-dir', { type: 'string', demandOption: true })
  .option('task', { type: 'string', default: 'sst-2' })
  .option('threads', { type: 'number', default: 1 })
  .option('steps', { type: 'number', default: Number.MAX_SAFE_INTEGER, describe: 'of the epoch, at most' })
  .option('write', { type: 'string', describe: 'a file for the batches of those steps' })
  .strict()
  .parseSync() as unknown as {
  preset: string;
  glueDir: string;
  task: string;
  threads: number;
  steps: number;
  write?: string;
};

const set = ['finetune.epochs=1', 'finetune.taskEpochs=false'];
const config = resolveConfig(preset, { set, known, presetsFolder });
const data = await prepareData(config.data, { cacheFolder: defaultCacheFolder });
const examples = taskNamed(task).load({ glueDir });
process.stdout.write(`${JSON.stringify(write ? writeBatches(write, config) : await measure(config))}\n`);

async function measure(config: RunConfig) {
  const engine = await openOnnx(threads);
  const { regime, plans, store } = createRunModel(config, data);
  initialiseParameters(store, config.seed, countTokens(data.train, data.vocabulary));
  const plan = plans.find(({ name }) => name === regime.encoder)!;
  const encodingSince = performance.now();
  const finetuner = createFinetuner({
    ...{ task: taskNamed(task), train: examples.train, config: config.finetune },
    ...{ pretrained: { plan, store }, tokenizer: data.tokenizer, engine },
  });
  const enough = new AbortController();
  const stepEnds = [performance.now()];
  const processorSince = process.cpuUsage();
  const onStep = (step: number) => {
    stepEnds.push(performance.now());
    if (step === steps) enough.abort();
  };
  await finetuner.train({ seed: 0, signal: enough.signal, onStep });
  const { user, system } = process.cpuUsage(processorSince);
  const answeringSince = performance.now();
  for (const part of Object.values(examples.dev)) await finetuner.predict(part);
  const end = performance.now();
  await finetuner.dispose();
  const stepSeconds = stepEnds.slice(1).map((time, i) => (time - stepEnds[i]!) / 1000);
  const trainingSeconds = (stepEnds.at(-1)! - stepEnds[0]!) / 1000;
  const isWhole = stepSeconds.length < steps;
  return {
    ...{ engine: engine.description, threads, task, examples: examples.train.length },
    ...{ steps: stepSeconds.length, minutes: trainingSeconds / 60 },
    // What it would take with the processor to itself.
    processorMinutes: (user + system) / 6e7,
    ...(isWhole && { tokensPerSecond: finetuner.tokensPerEpoch / trainingSeconds }),
    tokens: finetuner.tokensPerEpoch,
    encodingSeconds: (stepEnds[0]! - encodingSince) / 1000,
    devSeconds: (end - answeringSince) / 1000,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    stepSeconds,
  };
}

/** The very batches that `measure` trains on: token ids [B, L], lengths, labels and weights [B], int32, one after another. */
function writeBatches(file: string, { finetune, model }: RunConfig) {
  const { maxLength, name } = taskNamed(task);
  const limit = model.positions === 'absolute' ? Math.min(maxLength, model.maxPositions) : maxLength;
  const encoded = encodeExamples(examples.train, data.tokenizer, limit);
  const random = new RandomStream(0, 'finetune', name).split('order', 0);
  const all = shuffledBatches(encoded, finetune.batchSize, limit, random);
  const batches = all.slice(0, steps);
  writeFileSync(
    file,
    Buffer.concat(batches.flatMap((batch) => packBatch(encoded, batch, finetune.batchSize))),
  );
  const lengths = batches.map(({ length }) => length);
  return {
    vocabulary: data.vocabulary.size,
    limit,
    batchSize: finetune.batchSize,
    lengths,
    stepsPerEpoch: all.length,
  };
}

function packBatch(encoded: EncodedExamples, batch: Batch, B: number): Uint8Array[] {
  const integers = (count: number) => new Int32Array(count);
  const inputs = {
    ...{ tokenIds: integers(B * batch.length), segmentIds: integers(B * batch.length) },
    ...{ attentionMask: integers(B * batch.length), labels: integers(B), exampleWeights: integers(B) },
  };
  fillBatch(encoded, batch, inputs);
  const rowLengths = Int32Array.from({ length: B }, (_, b) =>
    lengthOf(encoded, batch.rows[b] ?? batch.rows[0]!),
  );
  return [inputs.tokenIds, rowLengths, inputs.labels, inputs.exampleWeights].map(bytesOf);
}
