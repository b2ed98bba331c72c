/**
 * Times the joint step of a preset on random tokens: batch, noise, forward, backward, optimiser.
 *
 *   npx tsx benchmarks/joint-step.ts quick --seconds 20
 *
 * Prints one JSON line with the same keys as pytorch_joint_step.py.
 */
import yargs from 'yargs';
import { openOnnx } from '../src/engine/engines.ts';
import { median } from '../src/statistics/describe.ts';
import { stepSeconds, takeSteps } from '../src/training/timed-step.ts';
import { configOf, openJointStep } from './joint-program.ts';

const { preset, set, seconds, steps, warmUp, threads } = yargs(process.argv.slice(2))
  .command('$0 <preset>', 'time the joint step of a preset', (y) =>
    y.positional('preset', { type: 'string', demandOption: true }),
  )
  .option('set', { type: 'string', array: true, default: [] })
  .option('seconds', { type: 'number', default: 20, describe: 'at most' })
  .option('steps', { type: 'number', default: Number.MAX_SAFE_INTEGER, describe: 'at most' })
  .option('warm-up', { type: 'number', default: 3, describe: 'steps that are not counted' })
  .option('threads', { type: 'number', default: 1 })
  .strict()
  .parseSync() as unknown as {
  preset: string;
  set: string[];
  seconds: number;
  steps: number;
  warmUp: number;
  threads: number;
};

process.stdout.write(`${JSON.stringify(await measure())}\n`);

async function measure() {
  const engine = await openOnnx(threads);
  const step = await openJointStep({ config: configOf(preset, set), engine });
  for (let index = 0; index < warmUp; index++) await step.take(index);
  const cpuBefore = process.cpuUsage();
  const times = await takeSteps(step, seconds, { warmUp: 0, most: steps });
  const { user, system } = process.cpuUsage(cpuBefore);
  const milliseconds = times.map((time) => 1000 * stepSeconds(time));
  const stepMilliseconds = median(milliseconds);
  return {
    engine: engine.description,
    threads,
    steps: times.length,
    stepMilliseconds,
    tokensPerSecond: (1000 * times[0]!.tokens) / stepMilliseconds,
    fastestMilliseconds: Math.min(...milliseconds),
    cpuMilliseconds: (user + system) / 1000 / times.length,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    compileSeconds: step.compileSeconds,
    matrixProductFlops: step.program.matrixProductFlops,
  };
}
