/**
 * Times the joint step of a preset on random tokens: batch, noise, forward, backward, optimiser.
 *
 *   npx tsx benchmarks/joint-step.ts quick --seconds 20
 *
 * Prints one JSON line with the same keys as pytorch_joint_step.py.
 */
import yargs from 'yargs';
import { openOnnx } from '../src/engine/engines.ts';
import { createAdamW, createMoments, optimiserGroups } from '../src/optim/adamw.ts';
import { jointProgram } from './joint-program.ts';

const { preset, seconds, threads } = yargs(process.argv.slice(2))
  .command('$0 <preset>', 'time the joint step of a preset', (y) =>
    y.positional('preset', { type: 'string', demandOption: true }),
  )
  .option('seconds', { type: 'number', default: 20 })
  .option('threads', { type: 'number', default: 1 })
  .strict()
  .parseSync() as unknown as { preset: string; seconds: number; threads: number };

/** Not counted: the first steps ask the system for memory. */
const warmUpSteps = 3;
process.stdout.write(`${JSON.stringify(await measure())}\n`);

async function measure() {
  const { config, shape, program: recorded, store, gradients, memory, fill } = jointProgram(preset);
  const engine = await openOnnx(threads);
  const compilingSince = performance.now();
  const program = await engine.compile(recorded, memory);
  const compileSeconds = (performance.now() - compilingSince) / 1000;
  const optimiser = createAdamW(
    createMoments(store.values.length),
    optimiserGroups(store.parameters, () => 1),
    config.optimiser,
  );

  const times: number[] = [];
  let cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  for (let step = 0; step <= warmUpSteps || performance.now() - startedAt < seconds * 1000; step++) {
    if (step === warmUpSteps) cpuBefore = process.cpuUsage();
    const begin = performance.now();
    fill(step, program);
    await program.run();
    optimiser.update(store.values, gradients, 1e-4, step + 1);
    if (step >= warmUpSteps) times.push(performance.now() - begin);
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
  return {
    ...{ engine: engine.description, threads, steps: times.length, stepMilliseconds: median },
    tokensPerSecond: (shape.B * shape.L * 1000) / median,
    fastestMilliseconds: Math.min(...times),
    cpuMilliseconds: (user + system) / 1000 / times.length,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    ...{ compileSeconds, matrixProductFlops: program.matrixProductFlops },
  };
}
