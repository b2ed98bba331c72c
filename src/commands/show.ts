/** electra-lab show: what a run's networks say of one sentence. */
import type { CommandModule } from 'yargs';
import { ConfigError, explain } from '../base/errors.ts';
import { percent } from '../base/percent.ts';
import { RandomStream } from '../base/random.ts';
import { resolveConfig } from '../config/resolve.ts';
import { prepareData } from '../data/preparation/prepared-data.ts';
import { type DescribedGuess, type DescribedToken, describeText } from '../evaluation/described-text.ts';
import { maskedTextOf } from '../evaluation/masked-texts.ts';
import { predictTexts } from '../evaluation/text-predictions.ts';
import { weightMemory } from '../optim/parameter-store.ts';
import { showPreparation } from '../progress/progress.ts';
import type { Regime } from '../regimes/regime.ts';
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
  cacheOption,
  engineOption,
  jsonOption,
  precisionOption,
  runPositional,
  textOption,
  threadsOption,
} from './options.ts';
import { textTable } from './text-table.ts';

interface ShowArguments extends EngineArguments {
  run: string;
  text: string;
  seed: number;
  cache: string;
  json: boolean;
  quiet: boolean;
}

export const showCommand: CommandModule<object, ShowArguments> = {
  command: 'show <run>',
  describe: "show a run's guesses for masked words of a sentence, and which words it takes for replaced",
  builder: (yargs) =>
    yargs
      .positional('run', runPositional)
      .option('text', {
        ...textOption('--text', 'the sentence; [MASK] stands for a word, without any 15 % are masked'),
        demandOption: true,
      })
      .option('seed', {
        requiresArg: true,
        default: 0,
        coerce: wholeSeed,
        describe: 'draws the masked places and the samples',
      })
      .option('engine', engineOption)
      .option('threads', threadsOption)
      .option('precision', precisionOption)
      .option('cache', cacheOption)
      .option('json', jsonOption)
      .example('$0 show RUN --text "The [MASK] crossed the river."', 'one masked word')
      .example(
        '$0 show RUN --text "The old man crossed the river." --seed 3',
        'words that the seed draws',
      ) as never,
  handler: execute,
};

function wholeSeed(value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new ConfigError(explain('--seed', 'a whole number from 0', value));
}

async function execute(args: ShowArguments): Promise<void> {
  const { run, text, seed, cache, json, quiet } = args;
  const stored = findRun(run);
  const config = resolveConfig(stored.configFile, { set: [], known, presetsFolder });
  const progress = progressFor(args);
  const checkpoint = checkpointOf(stored, progress.note);
  const data = await prepareData(config.data, { cacheFolder: cache, ...showPreparation(progress) });
  assertSameText(stored, data.hash);
  const random = new RandomStream('show', seed);
  const masked = maskedTextOf(text, data.tokenizer, config.data.sequenceLength, random.split('masking'));
  const { engine } = await open(args);
  const model = createRunModel(config, data);
  const { step } = loadWeights(checkpoint, model.plans, model.store);
  const subject = { ...model, engine, memory: weightMemory(model.store), vocabulary: data.vocabulary };
  const [prediction] = await predictTexts(subject, [masked], random.split('sampling'));
  const tokens = describeText(masked, prediction!, data.vocabulary);
  if (json)
    return printJson({ run, step, engine: engine.description, seed, text, tokens: tokens.map(jsonOf) });
  print(`${run}, step ${step}, ${engine.description}\n`);
  print([...tables(tokens, model.regime), ...(quiet ? [] : [legendOf(model.regime)])].join('\n\n'));
}

function jsonOf({ token, sample, best, replaced }: DescribedToken) {
  const guess = ({ token: guessed, prob }: DescribedGuess) => ({ token: guessed, probability: prob });
  return {
    token,
    ...(sample && { sample: guess(sample), best: best!.map(guess) }),
    ...(replaced !== undefined && { replaced_probability: replaced }),
  };
}

function tables(tokens: readonly DescribedToken[], { detector }: Regime): string[] {
  return [guessTable(tokens), ...(detector ? [verdictTable(tokens)] : [])];
}

/** One row for each masked place: 80 columns, as long as words are not very long. */
function guessTable(tokens: readonly DescribedToken[]): string {
  const rows = tokens.flatMap(({ token, sample, best }, i) =>
    sample ? [[String(i + 1), token, withShare(sample), best!.map(withShare).join(', ')]] : [],
  );
  return textTable(['place', 'was', 'sample', 'likeliest'], rows);
}

function withShare({ token, prob }: DescribedGuess): string {
  return `${token} ${prob < 0.0005 ? '< 0.1 %' : percent(prob)}`;
}

/** What the detector reads, word by word. */
function verdictTable(tokens: readonly DescribedToken[]): string {
  const rows = tokens.map(({ token, sample, replaced }, i) => [
    String(i + 1),
    sample?.token ?? token,
    percent(replaced!),
    barOf(replaced!),
    markOf(token, sample),
  ]);
  return textTable(['place', 'reads', 'replaced', '', ''], rows);
}

const barWidth = 20;

/** Filled from the left; a half is the bound between the two answers. */
function barOf(prob: number): string {
  const filled = Math.round(prob * barWidth);
  return `${'█'.repeat(filled)}${'·'.repeat(barWidth - filled)}`;
}

function markOf(token: string, sample: DescribedGuess | undefined): string {
  if (!sample) return '';
  if (token === '[MASK]') return 'sampled';
  return sample.token === token ? 'sampled, as it was' : `sampled for ${token}`;
}

function legendOf({ predictor, detector }: Regime): string {
  const guesses = `likeliest: what the ${predictor} predicts there. sample: one token drawn from all.`;
  if (!detector) return `${guesses}\nThis regime has no network that finds replaced tokens.`;
  return `${guesses}\nreplaced: the ${detector}'s probability that the token it reads was replaced.`;
}
