/**
 * Times the joint step of a preset on random tokens: batch, noise, forward, backward, optimiser.
 *
 *   npx tsx benchmarks/joint-step.ts quick --seconds 20
 *
 * Prints one JSON line with the same keys as pytorch_joint_step.py.
 */
import yargs from 'yargs';
import { RandomStream } from '../src/base/random.ts';
import { known, presetsFolder } from '../src/commands/command.ts';
import { resolveConfig } from '../src/config/resolve.ts';
import type { RunConfig } from '../src/config/schema.ts';
import { openOnnx } from '../src/engine/engines.ts';
import { batchShape } from '../src/objectives/batch.ts';
import { fillNoise } from '../src/objectives/batch-source.ts';
import { maskBatch } from '../src/objectives/masking.ts';
import { createAdamW, createMoments, optimiserGroups } from '../src/optim/adamw.ts';
import {
  createParameterStore,
  initialiseParameters,
  underPrefix,
  viewsOf,
} from '../src/optim/parameter-store.ts';
import { regimeNamed } from '../src/regimes/registry.ts';
import { stepProgram } from '../src/training/step-program.ts';

const { preset, seconds, threads } = yargs(process.argv.slice(2))
  .command('$0 <preset>', 'time the joint step of a preset', (y) =>
    y.positional('preset', { type: 'string', demandOption: true }),
  )
  .option('seconds', { type: 'number', default: 20 })
  .option('threads', { type: 'number', default: 1 })
  .strict()
  .parseSync() as unknown as { preset: string; seconds: number; threads: number };

const specialTokens = 5;
const config = resolveConfig(preset, { known, presetsFolder });
process.stdout.write(`${JSON.stringify(await measure(config))}\n`);

async function measure(config: RunConfig) {
  const { batchSize: B } = config.training;
  const shape = batchShape(B, config.data.sequenceLength, config.objective.maskFraction);
  const vocabulary = config.data.vocabularySize;
  const regime = regimeNamed('joint');
  const plans = regime.networks({ ...config.model, vocabulary }, config);
  const store = createParameterStore(plans);
  initialiseParameters(store, 0, new Uint32Array(vocabulary).fill(1));
  const gradients = new Float32Array(store.values.length);
  const memory = {
    ...underPrefix('weights', viewsOf(store.values, store.parameters)),
    ...underPrefix('gradients', viewsOf(gradients, store.parameters)),
  };
  const engine = await openOnnx(threads);
  const compilingSince = performance.now();
  const program = await engine.compile(stepProgram(regime.stages[0], plans, shape, config.objective), memory);
  const compileSeconds = (performance.now() - compilingSince) / 1000;
  const optimiser = createAdamW(
    createMoments(store.values.length),
    optimiserGroups(store.parameters, () => 1),
    config.optimiser,
  );

  const times: number[] = [];
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  for (let step = 0; performance.now() - startedAt < seconds * 1000; step++) {
    const begin = performance.now();
    fillRandomBatch(step, shape, vocabulary, program.inputs, config);
    fillNoise(program.noise, program.inputs, new RandomStream('bench', step));
    await program.run();
    optimiser.update(store.values, gradients, 1e-4, step + 1);
    times.push(performance.now() - begin);
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
  return {
    ...{ engine: engine.description, threads, steps: times.length, stepMilliseconds: median },
    tokensPerSecond: (shape.B * shape.L * 1000) / median,
    cpuMilliseconds: (user + system) / 1000 / times.length,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    ...{ compileSeconds, matrixProductFlops: program.matrixProductFlops },
  };
}

function fillRandomBatch(
  step: number,
  { B, L }: { B: number; L: number },
  vocabulary: number,
  inputs: Readonly<Record<string, Float32Array | Int32Array>>,
  { objective }: RunConfig,
): void {
  const random = new RandomStream('bench', 'tokens', step);
  const tokenIds = inputs.tokenIds as Int32Array;
  for (let i = 0; i < tokenIds.length; i++) {
    tokenIds[i] = i % L === 0 ? 2 : specialTokens + random.integer(vocabulary - specialTokens);
  }
  inputs.attentionMask!.fill(1);
  const masking = { fraction: objective.maskFraction, style: 'all-mask', withReplacement: false } as const;
  const special = { size: vocabulary, maskId: 4, isSpecial: (id: number) => id < specialTokens };
  const arrays = inputs as unknown as Parameters<typeof maskBatch>[2];
  maskBatch(tokenIds, new Int32Array(B).fill(L), arrays, special, masking, random);
}
