/** Says how far work on a large corpus is, and how fast; what takes a moment is not worth a word. */

/** What shows it. */
export type BeginPhase = (label: string, total: number, unit: string) => Phase;

export interface Phase {
  advance(done: number, fields: Rate): void;
  end(): void;
}

export interface Rate {
  megabytesPerSecond?: number;
  tokensPerSecond?: number;
}

export interface Meter {
  advance(done: number): void;
  end(): void;
}

/** Text below this, in bytes, is small. */
export const largeBytes = 32e6;

/** @param bytes to be worked on; less than a large corpus shows nothing */
export function megabyteMeter(label: string, bytes: number, begin: BeginPhase | undefined): Meter {
  if (bytes < largeBytes || !begin) return silent;
  const megabytes = (length: number) => Math.round(length / 1e6);
  const phase = begin(label, megabytes(bytes), 'MB');
  const rateOf = stopwatch();
  return {
    advance: (done) => phase.advance(megabytes(done), { megabytesPerSecond: rateOf(done) / 1e6 }),
    end: () => phase.end(),
  };
}

/** @param tokens to be worked on; five bytes of text make about one */
export function tokenMeter(label: string, tokens: number, begin: BeginPhase | undefined): Meter {
  if (tokens < largeBytes / 5 || !begin) return silent;
  const phase = begin(label, tokens, 'tokens');
  const rateOf = stopwatch();
  return {
    advance: (done) => phase.advance(done, { tokensPerSecond: rateOf(done) }),
    end: () => phase.end(),
  };
}

const silent: Meter = { advance: () => {}, end: () => {} };

/** @returns how much is done in a second, since now */
function stopwatch(): (done: number) => number {
  const startedAt = performance.now();
  return (done) => (1000 * done) / Math.max(performance.now() - startedAt, 1);
}
