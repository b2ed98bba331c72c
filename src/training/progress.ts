/**
 * What a person sees while work goes on: bars on a terminal, plain lines in a pipe or in CI.
 *
 * Nothing here is a record; what has to be kept is a typed row in a CSV file.
 */
import cliProgress, { type GenericFormatter, type MultiBar, type SingleBar } from 'cli-progress';

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

export interface ProgressOptions {
  stream?: NodeJS.WritableStream & { isTTY?: boolean; columns?: number; rows?: number };
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

/** What is known of one running phase. */
interface PhaseState {
  label: string;
  total: number;
  unit: string;
  done: number;
  fields: ProgressFields;
  startedAt: number;
  /** (time, done) of the last advances, oldest first. */
  recent: { at: number; done: number }[];
}

type Stream = NonNullable<ProgressOptions['stream']>;

function createPlainLines(stream: Stream, everySeconds: number, now: () => number): Progress {
  const open = new Set<PhaseState>();
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
  readonly #stream: Stream;
  readonly #now: () => number;
  /** The running phases, oldest first; those that the window has no line for are without a bar. */
  readonly #open = new Map<PhaseState, SingleBar | undefined>();
  #bars: MultiBar | undefined;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(stream: Stream, now: () => number) {
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
        record(phase, done, fields, this.#now());
        this.#open.get(phase)?.update(done);
        this.#redrawIfDue();
      },
      end: (summary = doneIn(phase, this.#now())) => this.#end(phase, `${label}: ${summary}`),
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
  return [`${count(phase.done).padStart(total.length)}/${total} ${phase.unit}`, ...details(phase, at)].join(
    '  ',
  );
}

function createPhase(label: string, total: number, unit: string, at: number): PhaseState {
  return { label, total, unit, done: 0, fields: {}, startedAt: at, recent: [] };
}

/** The span over which the rate is taken: long enough to be steady, short enough to forget a compilation. */
const recentSeconds = 30;

function record(phase: PhaseState, done: number, fields: ProgressFields, at: number): void {
  phase.done = done;
  phase.fields = { ...phase.fields, ...fields };
  phase.recent.push({ at, done });
  while (phase.recent.length > 2 && phase.recent[1]!.at <= at - recentSeconds) phase.recent.shift();
}

/** Time left at the recent rate, which leaves out the start: a resumed phase begins with much done already. */
function remainingSeconds({ recent, total }: PhaseState, at: number): number | undefined {
  const [first, last] = [recent[0], recent.at(-1)];
  if (!first || !last || last.done <= first.done || last.at <= first.at) return undefined;
  const rate = (last.done - first.done) / (last.at - first.at);
  return Math.max(0, (total - last.done) / rate - (at - last.at));
}

function details(phase: PhaseState, at: number): string[] {
  const { loss, tokensPerSecond } = phase.fields;
  const remaining = remainingSeconds(phase, at);
  return [
    ...(loss === undefined ? [] : [`loss ${loss.toFixed(3)}`]),
    ...(tokensPerSecond === undefined ? [] : [`${count(Math.round(tokensPerSecond))} tokens/s`]),
    ...(remaining === undefined ? [] : [`ETA ${duration(remaining)}`]),
  ];
}

function doneIn({ done, total, unit, startedAt }: PhaseState, at: number): string {
  return `${count(done)}/${count(total)} ${unit} in ${duration(at - startedAt)}`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** `45s`, `3m05s`, `2h07m`, `3d04h`: the two largest units, rounded. */
function duration(seconds: number): string {
  const wholeSeconds = Math.round(seconds);
  const wholeMinutes = Math.round(seconds / 60);
  if (wholeSeconds < 60) return `${wholeSeconds}s`;
  if (wholeSeconds < 3600) return inPairs(wholeSeconds, 60, 'm', 's');
  if (wholeMinutes < 24 * 60) return inPairs(wholeMinutes, 60, 'h', 'm');
  return inPairs(Math.round(seconds / 3600), 24, 'd', 'h');
}

function inPairs(value: number, size: number, large: string, small: string): string {
  return `${Math.floor(value / size)}${large}${String(value % size).padStart(2, '0')}${small}`;
}
