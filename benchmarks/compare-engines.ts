/**
 * Runs a preset's joint step on several engines in turn, round by round within one process: how much faster one is than
 * the first, on a machine whose own speed moves. Whole steps with batch, noise and update, on weights of their own.
 *
 *   npx tsx benchmarks/compare-engines.ts onnx openvino openvino:bf16 --preset quick laptop --rounds 40
 */
import yargs from 'yargs';
import { markdownTable } from '../src/base/markdown.ts';
import { openEngine, type Precision } from '../src/engine/engines.ts';
import { median } from '../src/statistics/describe.ts';
import { selfCheck } from '../src/training/self-check.ts';
import { stepSeconds, type TimedStep } from '../src/training/timed-step.ts';
import { configOf, openJointStep } from './joint-program.ts';

interface Contestant {
  name: string;
  step: Pick<TimedStep, 'take' | 'compileSeconds' | 'program'>;
  /** Milliseconds of each round's step, on the clock and of the processor. */
  wall: number[];
  cpu: number[];
}

const { engines, preset, rounds, threads } = yargs(process.argv.slice(2))
  .command('$0 <engines..>', 'compare engines; `name:bf16` computes in bf16', (y) =>
    y.positional('engines', { type: 'string', array: true, demandOption: true }),
  )
  .option('preset', { type: 'string', array: true, default: ['quick', 'laptop'] })
  .option('rounds', { type: 'number', default: 40, describe: 'steps of each engine' })
  .option('threads', { type: 'number', default: 1 })
  .strict()
  .parseSync() as unknown as { engines: string[]; preset: string[]; rounds: number; threads: number };

const rows: string[][] = [];
for (const name of preset) {
  const contestants: Contestant[] = [];
  for (const engine of engines) contestants.push(await enter(engine, name));
  for (let round = -2; round < rounds; round++) await takeRound(contestants, round);
  rows.push(...contestants.map((one) => summary(name, one, contestants[0]!)));
  for (const { step } of contestants) await step.program.dispose();
}
const header = ['preset', 'engine', 'fastest, ms', 'median', 'processor, fastest', 'median'];
const ratios = ['over the first: fastest', 'median of rounds', 'processor, fastest', 'median of rounds'];
process.stdout.write(`${markdownTable([...header, ...ratios, 'compile, s'], rows)}\n`);

async function enter(name: string, preset: string): Promise<Contestant> {
  const [choice, precision = 'f32'] = name.split(':') as [string, Precision?];
  const { engine } = await openEngine(choice, { threads, precision, selfCheck });
  const step = await openJointStep({ config: configOf(preset), engine });
  return { name: engine.description, step, wall: [], cpu: [] };
}

/** The first rounds ask the system for memory, and are not counted. */
async function takeRound(contestants: readonly Contestant[], round: number): Promise<void> {
  const order = round % 2 === 0 ? contestants : contestants.toReversed();
  for (const { step, wall, cpu } of order) {
    const before = process.cpuUsage();
    const times = await step.take(round + 2);
    const { user, system } = process.cpuUsage(before);
    if (round < 0) continue;
    wall.push(1000 * stepSeconds(times));
    cpu.push((user + system) / 1000);
  }
}

function summary(preset: string, { name, step, wall, cpu }: Contestant, first: Contestant): string[] {
  const times = [wall, cpu].flatMap((values) => [Math.min(...values), median(values)]);
  const over = (own: readonly number[], others: readonly number[]) => [
    Math.min(...own) / Math.min(...others),
    median(own.map((time, i) => time / others[i]!)),
  ];
  const ratios = [...over(wall, first.wall), ...over(cpu, first.cpu)];
  return [
    ...[preset, name, ...times.map((time) => time.toFixed(1))],
    ...[...ratios.map((ratio) => ratio.toFixed(2)), step.compileSeconds.toFixed(1)],
  ];
}
