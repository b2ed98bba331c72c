/** The command line: the only file that reads arguments and sets the exit code. */
import yargs from 'yargs';
import { ConfigError, DataError, didYouMean, InterruptedError, TrainingError } from './base/errors.ts';
import { dataCommand } from './commands/data.ts';
import { doctorCommand } from './commands/doctor.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { runCommand } from './commands/run.ts';
import { sweepCommand } from './commands/sweep.ts';

const exitCodes = { failure: 1, userMistake: 2, interrupted: 130 };

/** @param args without `node` and the program */
export async function main(args: readonly string[]): Promise<void> {
  try {
    await parser(args).parseAsync();
  } catch (error) {
    process.exitCode = report(error);
  }
}

function parser(args: readonly string[]) {
  return yargs([...args])
    .scriptName('electra-lab')
    .usage('$0 <command>\n\nHow should the generator of ELECTRA be trained? Runs the comparison.')
    .command(runCommand)
    .command(sweepCommand)
    .command(evaluateCommand)
    .command(dataCommand)
    .command(doctorCommand)
    .example('$0 sweep quickstart', 'joint ELECTRA against BERT on real text, about ten minutes')
    .demandCommand(1, 'command: expected one; see `electra-lab --help`')
    .strict()
    .parserConfiguration({ 'greedy-arrays': false })
    .wrap(Math.min(110, process.stdout.columns ?? 110))
    .fail((message, error) => {
      throw error ?? new ConfigError(oneLine(message));
    });
}

/** Tells the user what happened, in one line unless it is a bug of ours. @returns the exit code */
function report(error: unknown): number {
  const isPlain = [ConfigError, DataError, TrainingError, InterruptedError].some(
    (kind) => error instanceof kind,
  );
  const { message, stack } = error as Error;
  process.stderr.write(`electra-lab: ${isPlain ? message : (stack ?? message)}\n`);
  if (error instanceof InterruptedError) return exitCodes.interrupted;
  return error instanceof ConfigError ? exitCodes.userMistake : exitCodes.failure;
}

function oneLine(message: string): string {
  const unknown = /^Unknown (?:argument|command)s?: (\S+)/.exec(message)?.[1];
  const commands = ['run', 'sweep', 'evaluate', 'data', 'doctor'];
  const hint = unknown && didYouMean(unknown, commands);
  return `${message.replaceAll('\n', ' ')}${hint ? `; ${hint}` : '; see `electra-lab --help`'}`;
}
