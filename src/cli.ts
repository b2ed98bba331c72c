/** The command line: the only file that reads arguments and sets the exit code. */
import yargs, { type Argv, type FallbackCompletionFunction } from 'yargs';
import {
  ConfigError,
  DataError,
  didYouMean,
  explain,
  InterruptedError,
  nearestName,
  oneOf,
  TrainingError,
} from './base/errors.ts';
import { printable } from './base/printable.ts';
import { systemSentence, unreadable } from './base/system-errors.ts';
import { benchCommand } from './commands/bench.ts';
import { compareCommand } from './commands/compare.ts';
import { namesAt } from './commands/completion.ts';
import { dataCommand } from './commands/data.ts';
import { doctorCommand } from './commands/doctor.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { exportCommand } from './commands/export.ts';
import { finetuneCommand } from './commands/finetune.ts';
import { flopsCommand } from './commands/flops.ts';
import { importCommand } from './commands/import.ts';
import { initCommand } from './commands/init.ts';
import { assertValues } from './commands/option-values.ts';
import { quietOption } from './commands/options.ts';
import { pairsCommand } from './commands/pairs.ts';
import { planCommand } from './commands/plan.ts';
import { probeCommand } from './commands/probe.ts';
import { reportCommand } from './commands/report.ts';
import { runCommand } from './commands/run.ts';
import { showCommand } from './commands/show.ts';
import { signalCommand } from './commands/signal.ts';
import { sweepCommand } from './commands/sweep.ts';
import { terminalWidth } from './commands/text-table.ts';
import { tuneCommand } from './commands/tune.ts';

const exitCodes = { failure: 1, userMistake: 2, interrupted: 130 };
/** What comes after each command's name, as messages say it. */
const wordsAfter: Record<string, string> = {
  run: 'a configuration',
  sweep: 'an experiment',
  plan: 'an experiment',
  tune: 'an experiment',
  signal: 'an experiment',
  report: 'a results folder',
  compare: 'runs, arms or results folders',
  evaluate: "a run's folder",
  show: "a run's folder",
  finetune: "a run's folder",
  probe: "runs' folders",
  pairs: "runs' folders",
  export: "a run's folder",
  import: "a checkpoint's folder",
  flops: 'configurations',
  bench: 'no further words',
  data: 'list, tasks, prepare, glue or blimp',
  'data list': 'no further words',
  'data prepare': 'a configuration',
  'data tasks': 'no further words',
  'data glue': 'no further words',
  'data blimp': 'no further words',
  doctor: 'no further words',
  init: 'a name',
  completion: 'no further words',
};
/** What a shell asks with, before the program's name and the words so far. */
const completionFlag = '--get-yargs-completions';
const commandNames = Object.keys(wordsAfter).filter((name) => !name.includes(' '));
/** With those of `data`, such as `data list`. */
export const allCommands = Object.keys(wordsAfter);

/** @param args without `node` and the program */
export async function main(args: readonly string[]): Promise<void> {
  process.stdout.on('error', reportOutput);
  process.stderr.on('error', reportOutput);
  let options: string[] = [];
  try {
    assertCurrentFolder();
    const program = parser(args);
    // Before and after a command yargs does not know its options.
    program.middleware(() => {
      options = optionsOf(program);
      assertValues(args, program);
    });
    await program.parseAsync();
  } catch (error) {
    // A line that is still being typed may be wrong in any way; the shell wants names, not messages.
    if (args[0] !== completionFlag) process.exitCode = report(error, options);
  }
}

/**
 * Reads a command line as `main` does, and stops where the command would begin.
 *
 * @throws {ConfigError} as it would be reported
 */
export async function assertReadable(args: readonly string[]): Promise<void> {
  const program = parser(args);
  program.middleware(() => {
    assertValues(args, program);
    throw new BegunError();
  });
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof BegunError)) throw error;
  }
}

class BegunError extends Error {}

function parser(args: readonly string[]) {
  const program = yargs([...args]);
  const complete: FallbackCompletionFunction = (_, __, completeAsYargs, done) => {
    const names = namesAt(args.slice(2));
    if (names.length > 0) done(names);
    else completeAsYargs((_, found = []) => done(found));
  };
  return (
    program
      .scriptName('electra-lab')
      .updateStrings(yargsMessages as never)
      .usage('$0 <command>\n\nHow should the generator of ELECTRA be trained? Runs the comparison.')
      .command(runCommand)
      .command(sweepCommand)
      .command(planCommand)
      .command(tuneCommand)
      .command(signalCommand)
      .command(reportCommand)
      .command(compareCommand)
      .command(evaluateCommand)
      .command(showCommand)
      .command(finetuneCommand)
      .command(probeCommand)
      .command(pairsCommand)
      .command(exportCommand)
      .command(importCommand)
      .command(flopsCommand)
      .command(benchCommand)
      .command(dataCommand)
      .command(doctorCommand)
      .command(initCommand)
      .option('quiet', quietOption)
      // Nothing is coloured, so the switch and NO_COLOR have nothing to do; scripts may pass either.
      .option('color', { type: 'boolean', default: true, hidden: true })
      .alias({ h: 'help', v: 'version' })
      .example('$0 sweep quickstart', 'the four regimes of Figure 3, in some minutes')
      .completion('completion', 'print what makes your shell complete names: >> ~/.bashrc', complete)
      .demandCommand(1, 'nothing')
      .strict()
      .parserConfiguration({ 'greedy-arrays': false })
      .wrap(Math.min(110, terminalWidth()))
      .fail((message, error) => {
        const isOurs = error && error.name !== 'YError';
        throw isOurs ? error : new ConfigError(inHouseForm(message, args, program));
      })
  );
}

/** Tells the user what happened, in one line unless it is a bug of ours. @returns the exit code */
function report(error: unknown, options: readonly string[]): number {
  const isPlain = [ConfigError, DataError, TrainingError, InterruptedError].some(
    (kind) => error instanceof kind,
  );
  const { message, stack } = error as Error;
  // A name in it may have line ends, which would make two messages of one.
  const sentence = (isPlain ? message : systemSentence(error))?.replaceAll('\n', '\\n');
  const text = sentence === undefined ? (stack ?? message) : withOwnHints(sentence, options);
  process.stderr.write(`electra-lab: ${printable(text)}\n`);
  if (error instanceof InterruptedError) return exitCodes.interrupted;
  return error instanceof ConfigError ? exitCodes.userMistake : exitCodes.failure;
}

/** Whatever writes a file knows no command: a hint such as `(--out)` stays where the command has that option. */
function withOwnHints(message: string, options: readonly string[]): string {
  return message.replace(/ \((--[\w-]+(?:, --[\w-]+)*)\)$/, (_, hints: string) => {
    const own = hints.split(', ').filter((hint) => options.includes(hint.slice(2)));
    return own.length > 0 ? ` (${own.join(', ')})` : '';
  });
}

/** A reader that has gone (`| head`) ends the display, never the work; a full disk behind `>` is an error. */
function reportOutput({ code = '' }: NodeJS.ErrnoException): void {
  // What the command itself has met is what its exit code tells.
  if (code === 'EPIPE' || process.exitCode) return;
  process.exitCode = exitCodes.failure;
  process.stderr.write(`electra-lab: ${explain('output', 'a place that can be written', code)}\n`);
}

/** The message of a mistake that yargs has found: its kind and details as fields, which `inHouseForm` puts into a sentence. */
const mistake = (...fields: string[]) => fields.join('\t');
const mistakes = (...fields: string[]) => ({ one: mistake(...fields), other: mistake(...fields) });
const yargsMessages = {
  'Unknown argument: %s': mistakes('unknown', '%s'),
  'Unknown command: %s': mistakes('unknown', '%s'),
  'Missing required argument: %s': mistakes('no value', '%s'),
  'Not enough arguments following: %s': mistake('no value', '%s'),
  'Not enough non-option arguments: got %s, need at least %s': mistakes('nothing', '%s', '%s'),
  'Invalid values:': 'no choice',
  'Argument: %s, Given: %s, Choices: %s': mistake('', '%s', '%s', '%s'),
};
/** @throws {DataError} where the folder that the command was started in has been deleted */
function assertCurrentFolder(): void {
  try {
    process.cwd();
  } catch (error) {
    throw unreadable('the current folder', 'a folder that exists', error);
  }
}

/** What yargs finds wrong, as the project says it. */
function inHouseForm(message: string, args: readonly string[], program: Argv): string {
  if (message.includes(': expected ')) return message.replaceAll('\n', ' ');
  const command = commandOf(args);
  const full = `electra-lab ${command}`.trim();
  const help = `see \`${full} --help\``;
  const [kind, names = '', given, choices = ''] = message.split('\t').map((field) => field.trim());
  const name = kind === 'nothing' ? '' : names.split(', ')[0]!;
  if (kind === 'unknown' && isOption(name, args)) {
    const near = nearestName(name, optionsOf(program));
    const hint = near === undefined ? help : `did you mean "--${near}"?`;
    return explain(command || 'electra-lab', 'one of its options', `--${name}`, hint);
  }
  if (command === '')
    return explain('command', oneOf(commandNames), name || 'nothing', didYouMean(name, commandNames) ?? help);
  switch (kind) {
    case 'unknown':
      return explain(command, command === 'data' ? wordsAfter.data! : 'no further words', name, help);
    case 'no value':
      return explain(`--${name}`, 'a value', 'nothing', help);
    case 'no choice':
      return `--${name}: expected one of ${choices.replaceAll('"', '')}, got ${given}; ${help}`;
    case 'nothing':
      return explain(command, wordsAfter[command]!, 'nothing', help);
    default:
      return `${full}: ${message.replaceAll('\n', ' ')}; ${help}`;
  }
}

/** The words that name the command, such as `data list`; empty if there is no such command. */
function commandOf([first = '', second = '']: readonly string[]): string {
  return [`${first} ${second}`, first].find((name) => name in wordsAfter) ?? '';
}

function isOption(name: string, args: readonly string[]): boolean {
  return args.some((arg) => arg.startsWith('-') && arg.replace(/^--?(no-)?|=.*$/g, '').startsWith(name));
}

function optionsOf(program: Argv): string[] {
  const { key } = (program as unknown as { getOptions(): { key: Record<string, unknown> } }).getOptions();
  return Object.keys(key);
}
