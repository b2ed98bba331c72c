/**
 * What a person sees while work goes on, as those who do the work see it.
 *
 * Nothing here is a record; what has to be kept is a typed row in a CSV file.
 */

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
  megabytesPerSecond?: number;
  /** Of all the work, from 0 to 1, where units are not alike: the time left follows from it instead. */
  share?: number;
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
