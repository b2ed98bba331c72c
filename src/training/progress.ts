/**
 * What a person sees while work goes on: bars on a terminal, plain lines in a pipe or in CI.
 *
 * Nothing here is a record; what has to be kept is a typed row in a CSV file.
 */
import { count, createPhase, details, doneIn, record } from './progress-phase.ts';
import { TerminalBars } from './terminal-bars.ts';

export interface Progress {
  /** Starts a phase of `total` units (`steps`, `examples`); several may run at once. */
  begin(label: string, total: number, unit: string): ProgressPhase;
  /** One line that stays, above the bars. */
  note(line: string): void;
  /** Ends the display, drops open phases without a word and gives the terminal back. */
  stop(): void;
}

export interface ProgressPhase {
  /** Cheap enough for every step; a field left out keeps its last value. */
  advance(done: number, fields: ProgressFields): void;
  /** Leaves one line behind: `<label>: <summary>`, by default how much was done in what time. */
  end(summary?: string): void;
}

export interface ProgressFields {
  loss?: number;
  tokensPerSecond?: number;
}

export type ProgressStream = NodeJS.WritableStream & { isTTY?: boolean; columns?: number; rows?: number };

export interface ProgressOptions {
  stream?: ProgressStream;
  /** Bars (true) or plain lines (false); bars need a `stream` that is a TTY. */
  isTerminal?: boolean;
  /** The least time between two plain lines of one phase. */
  plainEverySeconds?: number;
  /** A clock in seconds. */
  now?: () => number;
}

/** Shows progress on `stream`: as bars if it is a terminal and this is not CI, else as plain lines. */
export function createProgress(options: ProgressOptions = {}): Progress {
  const { stream = process.stderr, plainEverySeconds = 10, now = () => performance.now() / 1000 } = options;
  const isTerminal =
    options.isTerminal ?? (stream.isTTY === true && !process.env.CI && process.env.TERM !== 'dumb');
  return isTerminal ? new TerminalBars(stream, now) : createPlainLines(stream, plainEverySeconds, now);
}

/** Shows nothing. */
export function silentProgress(): Progress {
  return { begin: () => ({ advance: () => {}, end: () => {} }), note: () => {}, stop: () => {} };
}

function createPlainLines(stream: ProgressStream, everySeconds: number, now: () => number): Progress {
  const open = new Set<ReturnType<typeof createPhase>>();
  const note = (line: string) => void stream.write(`${line}\n`);

  function begin(label: string, total: number, unit: string): ProgressPhase {
    const phase = createPhase(label, total, unit, now());
    let printedAt = phase.startedAt;
    open.add(phase);
    note(`${label}: ${count(total)} ${unit}`);
    return {
      advance(done, fields) {
        record(phase, done, fields, now());
        if (!open.has(phase) || now() - printedAt < everySeconds) return;
        printedAt = now();
        note(`${label}: ${[`${count(done)}/${count(total)} ${unit}`, ...details(phase, now())].join(', ')}`);
      },
      end(summary = doneIn(phase, now())) {
        if (open.delete(phase)) note(`${label}: ${summary}`);
      },
    };
  }

  return { begin, note, stop: () => open.clear() };
}
