/**
 * Executes command lines one after another in one process, as a parent asks for them: a start of the program takes longer
 * than most of what a campaign tries.
 */
import { main } from '../../src/cli.ts';
import type { Answer, Question } from './served-program.ts';

const answer = process.send!.bind(process);
// With a channel to a parent the program would take itself for a cell of a sweep.
Reflect.deleteProperty(process, 'send');

const text = { stdout: '', stderr: '' };
/** What a command has said when it asks for the end of the process. */
let atExit: Pick<Answer, 'code' | 'stdout' | 'stderr'> | undefined;
process.exit = ((code?: number) => {
  atExit ??= { code: Number(code ?? process.exitCode ?? 0), ...text };
  throw new Error('the end');
}) as typeof process.exit;

for (const name of ['stdout', 'stderr'] as const) {
  process[name].setMaxListeners(0);
  process[name].write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
    text[name] += Buffer.from(chunk as string).toString();
    const done = rest.find((each) => typeof each === 'function') as (() => void) | undefined;
    if (done) setImmediate(done);
    return true;
  }) as typeof process.stdout.write;
}

process.on('message', async ({ args, env }: Question) => {
  Object.assign(text, { stdout: '', stderr: '' });
  atExit = undefined;
  Object.assign(process.env, env);
  process.exitCode = undefined;
  const before = process.cpuUsage();
  await main(args).catch((error: Error) => {
    text.stderr += error.stack;
  });
  // What goes on after the end, and fails, is the command's too.
  await new Promise((resolve) => setImmediate(resolve));
  const { user, system } = process.cpuUsage(before);
  for (const name of Object.keys(env)) delete process.env[name];
  const ended = atExit ?? { code: Number(process.exitCode ?? 0), ...text };
  answer({ ...ended, seconds: (user + system) / 1e6 } satisfies Answer);
});
