/** The program as a server of command lines, and what is wrong with an answer whatever was asked. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Question {
  args: string[];
  /** For this command only. */
  env: Record<string, string>;
}

export interface Answer {
  code: number;
  stdout: string;
  stderr: string;
  /** Processor time of all threads. */
  seconds: number;
}

export interface ServedProgram {
  ask(args: readonly string[], env?: Record<string, string>): Promise<Answer>;
  /** Ends the process; the next question starts another. */
  stop(): void;
}

/** A machine that does other things may take many times what the command needs itself: processor time is what is judged. */
const patienceMs = 300_000;
const server = fileURLToPath(new URL('program-server.ts', import.meta.url));

/** @param options.env of the process from its start, such as what is preloaded */
export function serveProgram({
  cwd,
  env = {},
}: {
  cwd: string;
  env?: Record<string, string>;
}): ServedProgram {
  let child: ChildProcess | undefined;
  const begin = () => {
    const own = { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '', ...env };
    const started = fork(server, {
      cwd,
      env: own,
      execArgv: ['--import', import.meta.resolve('tsx')],
      stdio: 'pipe',
    });
    return started;
  };
  function stop(): void {
    child?.kill('SIGKILL');
    child = undefined;
  }
  async function ask(args: readonly string[], more: Record<string, string> = {}): Promise<Answer> {
    child ??= begin();
    const answer = await answerOf(child, { args: [...args], env: more });
    if (answer.code === died || answer.code === hung) stop();
    return answer;
  }
  return { ask, stop };
}

/** Of a process that ended without an answer, and of one that gave none. */
const died = -1;
const hung = -2;

function answerOf(child: ChildProcess, question: Question): Promise<Answer> {
  return new Promise((resolve) => {
    let written = '';
    const onText = (chunk: Buffer) => {
      written += chunk;
    };
    const settle = (answer: Answer) => {
      clearTimeout(timer);
      child.removeAllListeners('message').removeAllListeners('exit');
      child.stderr!.off('data', onText);
      resolve(answer);
    };
    const without = (code: number) => settle({ code, stdout: '', stderr: written, seconds: 0 });
    const timer = setTimeout(() => without(hung), patienceMs);
    child.once('message', (answer: Answer) => settle(answer));
    child.once('exit', () => setTimeout(() => without(died), 50));
    child.stderr!.on('data', onText);
    child.send(question);
  });
}

const longestSeconds = 10;
/** What a terminal obeys instead of showing it. */
const orders = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
const sentence = /^electra-lab: .+: expected .+, got .+$|^electra-lab: .*(refus|interrupt|saved).*$/s;

/** What no answer may have; nothing where all is well. */
export function faultsOf({ code, stdout, stderr, seconds }: Answer): string[] {
  const said = stderr.slice(-600);
  const last = stderr
    .trimEnd()
    .split('\n')
    .filter((line) => line.startsWith('electra-lab: '));
  const faults: [boolean, string][] = [
    [code === hung, `no end: ${said}`],
    [code === died, `the process died: ${said}`],
    [seconds > longestSeconds, `${seconds} s of processor time`],
    [/\n {4}at /.test(stderr), `a stack: ${said}`],
    [orders.test((stdout + stderr).replace(/[\n\t]/g, '')), `control characters: ${JSON.stringify(said)}`],
    [![0, 1, 2, 130, died, hung].includes(code), `exit code ${code}`],
    [(code === 1 || code === 2) && (last.length !== 1 || !sentence.test(last[0]!)), `no sentence: ${said}`],
  ];
  return faults.flatMap(([isSo, fault]) => (isSo ? [fault] : []));
}
