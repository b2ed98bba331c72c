/** Shows progress: bars on a terminal, plain lines in a pipe or in CI. */
import cliProgress, { type GenericFormatter, type MultiBar, type SingleBar } from 'cli-progress';
import { printable } from '../base/printable.ts';
import type { Progress, ProgressOptions, ProgressPhase, ProgressStream } from './progress.ts';
import {
  count,
  createPhase,
  doneWords,
  type PhaseState,
  phaseDetails,
  recordAdvance,
} from './progress-phase.ts';

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
    note(`${label}: ${count(total)} ${total === 1 ? unit.replace(/s$/, '') : unit}`);
    return {
      advance(done, fields) {
        recordAdvance(phase, done, fields, now());
        if (!open.has(phase) || now() - printedAt < everySeconds) return;
        printedAt = now();
        note(
          `${label}: ${[`${count(done)}/${count(total)} ${unit}`, ...phaseDetails(phase, now())].join(', ')}`,
        );
      },
      end(summary = doneWords(phase, now())) {
        if (open.delete(phase)) note(`${label}: ${summary}`);
      },
    };
  }

  return { begin, note, stop: () => open.clear() };
}

/** Progress as bars on a terminal, one a phase. */
const redrawEverySeconds = 0.2;
const widestBar = 24;
const narrowestBar = 5;
/** Clears what an old, longer line left to the right of the cursor. */
const clearRight = '\x1b[K';

/**
 * One bar a phase. The bars exist only while a phase runs, so that between phases the terminal is as it was.
 * A loop that never yields to timers is redrawn by `advance`, one with long steps by the library's timer.
 */
class TerminalBars implements Progress {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  /** The running phases, oldest first; those that the window has no line for are without a bar. */
  readonly #open = new Map<PhaseState, SingleBar | undefined>();
  #bars: MultiBar | undefined;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(stream: ProgressStream, now: () => number) {
    this.#stream = stream;
    this.#now = now;
  }

  begin(label: string, total: number, unit: string): ProgressPhase {
    const phase = createPhase(label, total, unit, this.#now());
    this.#open.set(phase, undefined);
    this.#bars ??= this.#openBars();
    this.#fillWindow();
    this.#redrawIfDue();
    return {
      advance: (done, fields) => {
        recordAdvance(phase, done, fields, this.#now());
        this.#open.get(phase)?.update(done);
        this.#redrawIfDue();
      },
      end: (summary = doneWords(phase, this.#now())) => this.#end(phase, `${label}: ${summary}`),
    };
  }

  note(line: string): void {
    if (this.#bars) this.#bars.log(`${line}${clearRight}\n`);
    else this.#stream.write(`${line}\n`);
    this.#redrawIfDue();
  }

  stop(): void {
    this.#open.clear();
    this.#closeBars();
  }

  #end(phase: PhaseState, line: string): void {
    if (!this.#open.has(phase)) return;
    const bar = this.#open.get(phase);
    this.#open.delete(phase);
    this.note(line);
    if (this.#open.size === 0) this.#closeBars();
    else if (bar) this.#bars?.remove(bar);
    this.#fillWindow();
  }

  #openBars(): MultiBar {
    const bars = new cliProgress.MultiBar({
      stream: this.#stream,
      fps: 1 / redrawEverySeconds,
      hideCursor: true,
      linewrap: true, // in this library: cut lines to the width, and leave the terminal's setting alone
      clearOnComplete: true,
      forceRedraw: true, // bars move when a note or an ended bar goes; unchanged text must be drawn again
      gracefulExit: false, // a SIGINT handler of its own would keep the process from ending
    });
    bars.on('redraw-post', () => {
      this.#drawnAt = this.#now();
    });
    process.once('exit', this.#closeBars);
    return bars;
  }

  readonly #closeBars = (): void => {
    this.#bars?.update(); // writes the notes that wait for a redraw
    this.#bars?.stop();
    this.#bars = undefined;
    process.removeListener('exit', this.#closeBars);
  };

  #redrawIfDue(): void {
    if (this.#now() - this.#drawnAt >= redrawEverySeconds) this.#bars?.update();
  }

  /** Gives bars to the oldest phases while lines are free: more than fit could not be redrawn in place. */
  #fillWindow(): void {
    let free = Math.max(1, (this.#stream.rows || 24) - 2);
    for (const bar of this.#open.values()) if (bar) free--;
    for (const [phase, bar] of this.#open) {
      if (bar || free-- <= 0) continue;
      this.#open.set(
        phase,
        this.#bars?.create(phase.total, phase.done, {}, { ...blocks, format: this.#lineOf(phase) }),
      );
    }
  }

  #lineOf(phase: PhaseState): GenericFormatter {
    return (options, { progress, maxWidth }) => {
      const labelWidth = Math.max(...[...this.#open.keys()].map(({ label }) => label.length));
      const label = phase.label.padEnd(labelWidth);
      const right = barText(phase, this.#now());
      // One column stays empty: a character in the last one makes some terminals wrap.
      const room = maxWidth - 1 - label.length - right.length - 2;
      const barsize = Math.min(widestBar, Math.max(narrowestBar, room));
      return `${label} ${cliProgress.Format.BarFormat(progress, { ...options, barsize })} ${right}`.slice(
        0,
        maxWidth - 1,
      );
    };
  }
}

const blocks = { barsize: widestBar, barCompleteChar: '█', barIncompleteChar: '░' };

function barText(phase: PhaseState, at: number): string {
  const total = count(phase.total);
  return [
    `${count(phase.done).padStart(total.length)}/${total} ${phase.unit}`,
    ...phaseDetails(phase, at),
  ].join('  ');
}
