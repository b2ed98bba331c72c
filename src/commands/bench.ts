/** electra-lab bench: how fast a configuration's steps are here, and where their time goes. Nothing is kept. */
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import type { CommandModule } from 'yargs';
import { ConfigError, explain, oneOf } from '../base/errors.ts';
import { resolveConfig } from '../config/resolve.ts';
import { engineNames, engineNamesWithThreads, openOnnx, type Precision } from '../engine/engines.ts';
import { engineRate, fastestOf, type MatrixRate, pythonRate, rateDefaults } from '../engine/matrix-rate.ts';
import { benchStages } from '../training/step-bench.ts';
import { type BenchRow, benchTables } from './bench-tables.ts';
import { known, open, presetsFolder, print, printJson, programFile, progressFor } from './command.ts';
import { jsonOption, precisionOption, setOption, textList, textOption, wholeNumber } from './options.ts';

interface BenchArguments {
  preset: string;
  set: string[];
  engine: string[];
  threads: number[];
  precision: Precision;
  seconds: number;
  python: string;
  json: boolean;
  quiet: boolean;
}

/** The exit code of a process that says so in one line. */
const userMistake = 2;
/** Of the JSON that a process of its own prints. */
const longestOutput = 2 ** 26;

export const benchCommand: CommandModule<object, BenchArguments> = {
  command: 'bench',
  describe:
    "time a preset's training step on this machine: its parts, operators, memory and FLOP utilisation",
  builder: (yargs) =>
    yargs
      .option('preset', { ...textOption('--preset', 'name of a preset, or a YAML file'), default: 'quick' })
      .option('set', setOption('change a key: --set training.batchSize=8'))
      .option('engine', {
        ...textList('--engine', `what executes the model, each in turn: ${engineNames.join(', ')}`),
        default: ['onnx'],
        coerce: engines as never,
      })
      .option('threads', {
        ...textList(
          '--threads',
          `threads of ${engineNamesWithThreads.join(' and ')}, each number in turn: 1,2`,
        ),
        default: [...new Set([1, availableParallelism()])].map(String),
        defaultDescription: '1, and one per core',
        coerce: threadCounts as never,
      })
      .option('precision', precisionOption)
      .option('seconds', {
        requiresArg: true,
        coerce: wholeNumber('--seconds'),
        default: 10,
        describe: 'how long to time each engine and thread count',
      })
      .option('python', {
        ...textOption('--python', "Python whose NumPy or PyTorch shows its BLAS's best rate, if it has one"),
        default: 'python3',
      })
      .option('json', jsonOption)
      .example('$0 bench --preset laptop --threads 1', 'one thread, half a minute') as never,
  handler: execute,
};

async function execute(args: BenchArguments): Promise<void> {
  resolveConfig(args.preset, { set: args.set, known, presetsFolder }); // a mistake in it shows before anything starts
  const progress = progressFor(args);
  const rows: BenchRow[] = [];
  for (const engine of args.engine) {
    for (const threads of engineNamesWithThreads.includes(engine) ? args.threads : args.threads.slice(0, 1)) {
      const one = { ...args, engine: [engine], threads: [threads] };
      const isOnly = args.engine.length === 1 && args.threads.length === 1;
      if (!args.json) progress.note(`measuring ${args.preset} on ${engine}, threads: ${threads}`);
      // Peak memory is a process's: each measurement has one of its own.
      rows.push(...(await (isOnly ? measure(one) : measureInOwnProcess(one))));
    }
  }
  progress.stop();
  if (args.json) printJson(rows);
  else print(benchTables(rows));
}

async function measure({
  preset,
  set,
  engine,
  threads,
  precision,
  seconds,
  python,
}: BenchArguments): Promise<BenchRow[]> {
  const config = resolveConfig(preset, { set, known, presetsFolder });
  const opened = await open({ engine: engine[0]!, threads: threads[0]!, precision });
  const hasThreads = engineNamesWithThreads.includes(engine[0]!);
  const benches = await benchStages({
    ...{ config, engine: opened.engine, seconds },
    ...(hasThreads && { threads: threads[0]! }),
  });
  const rates = await ratesHere(threads[0]!, python);
  const best = fastestOf(rates).flopsPerSecond;
  return benches.map((bench) => ({ ...bench, rates, flopUtilisation: bench.flopsPerSecond / best }));
}

/** ONNX Runtime's, and a BLAS's where there is one. */
async function ratesHere(threads: number, python: string): Promise<MatrixRate[]> {
  const ours = await engineRate(await openOnnx(threads), rateDefaults);
  const theirs = await pythonRate(python, threads, rateDefaults);
  return theirs ? [ours, theirs] : [ours];
}

async function measureInOwnProcess(args: BenchArguments) {
  const { preset, set, engine, threads, precision, seconds, python } = args;
  const options = { preset, engine: engine[0], threads: threads[0], precision, seconds, python };
  const flags = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const words = [programFile, 'bench', ...flags, ...set.map((text) => `--set=${text}`), '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, words, { maxBuffer: longestOutput }).catch(
    ({ code, stderr, message }) => {
      const reason = String(stderr || message)
        .trim()
        .replace(/^electra-lab: /, '');
      throw code === userMistake ? new ConfigError(reason) : new Error(reason);
    },
  );
  return JSON.parse(stdout) as BenchRow[];
}

function engines(given: readonly string[]): readonly string[] {
  const names = given.flatMap((value) => value.split(','));
  for (const name of names) {
    if (!engineNames.includes(name)) {
      throw new ConfigError(explain('--engine', oneOf(engineNames), name));
    }
  }
  return [...new Set(names)];
}

function threadCounts(given: readonly string[]): number[] {
  const counts = given.flatMap((value) => value.split(',')).map(Number);
  return [...new Set(counts.map(wholeNumber('--threads')))];
}
