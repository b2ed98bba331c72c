/** Shows progress: bars on a terminal, plain lines in a pipe or in CI. */

import { printable } from '../base/printable.ts';
import type { Progress, ProgressOptions, ProgressPhase, ProgressStream } from './progress.ts';
import { count, createPhase, details, doneIn, record } from './progress-phase.ts';
import { TerminalBars } from './terminal-bars.ts';

/** Shows progress on `stream`: as bars if it is a terminal and this is not CI, else as plain lines. */
export function createProgress(options: ProgressOptions = {}): Progress {
  const { stream = process.stderr, plainEverySeconds = 10, now = () => performance.now() / 1000 } = options;
  const isTerminal =
    options.isTerminal ?? (stream.isTTY === true && !process.env.CI && process.env.TERM !== 'dumb');
  const shown = isTerminal ? new TerminalBars(stream, now) : createPlainLines(stream, plainEverySeconds, now);
  return printing(shown);
}

/** Names in labels and notes come from files that others may have made. */
function printing(shown: Progress): Progress {
  return {
    begin(label, total, unit) {
      const phase = shown.begin(printable(label), total, unit);
      const end = (summary?: string) => phase.end(summary === undefined ? undefined : printable(summary));
      return { advance: (done, fields) => phase.advance(done, fields), end };
    },
    note: (line) => shown.note(printable(line)),
    stop: () => shown.stop(),
  };
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
