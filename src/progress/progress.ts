/**
 * What a person sees while work goes on, as those who do the work see it.
 *
 * Nothing here is a record; what has to be kept is a typed row in a CSV file.
 */

export interface Progress {
  /** Starts a phase of `total` units (`steps`, `examples`); several may run at once. @param work what a sweep weighs it by */
  begin(label: string, total: number, unit: string, work?: PhaseWork): ProgressPhase;
  /** One line that stays, above the bars. */
  note(line: string): void;
  /** Ends the display, drops open phases without a word and gives the terminal back. */
  stop(): void;
}

/** A phase's place in its run's work, in FLOPs as the paper counts them, about. */
export interface PhaseWork {
  part: 'training' | 'scoring';
  flops: number;
  /** What follows the phase, where that is known. */
  after?: { training: number; scoring: number };
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
  /** Where units are not alike, and somebody who knows more has said it. */
  secondsLeft?: number;
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

/** How text is prepared, for `prepareData`: notes, and phases where there is much of it. */
export interface PreparationDisplay {
  onProgress(line: string): void;
  beginPhase(label: string, total: number, unit: string): ProgressPhase;
}

/** @param name what each line begins with, where several things go on */
export function showPreparation(progress: Progress, name?: string): PreparationDisplay {
  const named = (text: string) => (name === undefined ? text : `${name}: ${text}`);
  return {
    onProgress: (line) => progress.note(named(line)),
    beginPhase: (label, total, unit) => progress.begin(named(label), total, unit),
  };
}
