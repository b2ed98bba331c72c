import { spawnSync } from 'node:child_process';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProgress, silentProgress } from '../../src/progress/progress-display.ts';

/** A terminal as far as progress bars need one: what is on it, and how often it was written to. */
class Screen extends Writable {
  readonly isTTY: boolean;
  columns = 100;
  rows = 24;
  cursorShown = true;
  frames = 0;
  raw = '';
  #lines: string[] = [''];
  #x = 0;
  #y = 0;

  constructor(isTTY: boolean) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
  }

  override write(chunk: string | Uint8Array): boolean {
    const text = String(chunk);
    this.raw += text;
    if (text.includes('█') || text.includes('░')) this.frames++;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are driven by them
    for (const [piece] of text.matchAll(/\x1b\[\??(\d*)([A-Za-z])|\n|[^\x1b\n]+/g)) this.#apply(piece);
    return true;
  }

  #apply(piece: string): void {
    if (piece === '\n') this.#moveTo(0, this.#y + 1);
    else if (piece.startsWith('\x1b')) this.#control(piece.at(-1)!, piece.replace(/\D/g, ''), piece);
    else {
      const line = this.#lines[this.#y]!.padEnd(this.#x);
      this.#lines[this.#y] = line.slice(0, this.#x) + piece + line.slice(this.#x + piece.length);
      this.#x += piece.length;
    }
  }

  #control(command: string, argument: string, sequence: string): void {
    const n = Number(argument || 1);
    const line = this.#lines[this.#y]!;
    if (command === 'A') this.#moveTo(this.#x, Math.max(0, this.#y - n));
    else if (command === 'G') this.#moveTo(n - 1, this.#y);
    else if (command === 'K') this.#lines[this.#y] = argument === '2' ? '' : line.slice(0, this.#x);
    else if (command === 'J') {
      this.#lines[this.#y] = line.slice(0, this.#x);
      this.#lines.length = this.#y + 1;
    } else if (sequence.startsWith('\x1b[?25')) this.cursorShown = command === 'h';
    else throw new Error(`a control sequence that this screen does not know: ${JSON.stringify(sequence)}`);
  }

  #moveTo(x: number, y: number): void {
    while (this.#lines.length <= y) this.#lines.push('');
    [this.#x, this.#y] = [x, y];
  }

  /** The lines that are not blank. */
  get lines(): string[] {
    return this.#lines.map((line) => line.trimEnd()).filter((line) => line !== '');
  }
}

let seconds: number;
const now = () => seconds;
beforeEach(() => {
  seconds = 0;
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

function openTerminal(columns = 100) {
  const stream = new Screen(true);
  stream.columns = columns;
  return { stream, progress: createProgress({ stream, isTerminal: true, now }) };
}

/** Lets the clock and the library's timer run. */
function wait(passing: number): void {
  seconds += passing;
  vi.advanceTimersByTime(passing * 1000);
}

describe('bars on a terminal', () => {
  it('show label, bar, step, loss, tokens a second and the time left', () => {
    const { stream, progress } = openTerminal();
    const phase = progress.begin('joint', 1000, 'steps');
    for (let step = 1; step <= 250; step++) {
      wait(0.5);
      phase.advance(step, { loss: 6.91234, tokensPerSecond: 12_345.6 });
    }
    wait(0.2);
    // 750 steps at 2 a second are 375 s, less the 0.2 s since the last step.
    expect(stream.lines).toEqual([
      `joint ${'█'.repeat(6)}${'░'.repeat(18)}   250/1,000 steps  loss 6.912  12,346 tokens/s  ETA 6m15s`,
    ]);
    progress.stop();
  });

  it('are redrawn at most five times a second, though every step reports', () => {
    const { stream, progress } = openTerminal();
    const phase = progress.begin('joint', 2000, 'steps');
    for (let step = 1; step <= 2000; step++) {
      wait(0.001);
      phase.advance(step, { loss: 1 / step });
    }
    expect(stream.frames).toBeLessThanOrEqual(2 * 5 + 1);
    expect(stream.frames).toBeGreaterThan(2 * 4);
    progress.stop();
  });

  it('are redrawn by a loop that never lets a timer fire', () => {
    const { stream, progress } = openTerminal();
    const phase = progress.begin('joint', 10, 'steps');
    for (let step = 1; step <= 10; step++) {
      seconds += 1;
      phase.advance(step, {});
    }
    expect(stream.lines[0]).toContain('10/10 steps');
    progress.stop();
  });

  it('stand one below the other for phases that run together, columns aligned', () => {
    const { stream, progress } = openTerminal();
    progress.begin('bert seed 1', 10, 'steps').advance(5, {});
    progress.begin('joint', 10, 'steps').advance(10, {});
    wait(0.2);
    expect(stream.lines).toEqual([
      `bert seed 1 ${'█'.repeat(12)}${'░'.repeat(12)}  5/10 steps`,
      `joint       ${'█'.repeat(24)} 10/10 steps`,
    ]);
    progress.stop();
  });

  it('go when their phase ends, leaving a line above the others', () => {
    const { stream, progress } = openTerminal();
    const [first, second, third] = ['one', 'two', 'three'].map((label) => progress.begin(label, 4, 'steps'));
    wait(0.2);
    second!.end('accuracy 0.54');
    wait(0.2);
    expect(stream.lines.map((line) => line.slice(0, 18))).toEqual([
      'two: accuracy 0.54',
      `one   ${'░'.repeat(12)}`,
      `three ${'░'.repeat(12)}`,
    ]);
    seconds = 65;
    third!.advance(4, {});
    third!.end();
    first!.end('failed');
    expect(stream.lines).toEqual(['two: accuracy 0.54', 'three: 4/4 steps in 1m05s', 'one: failed']);
    progress.stop();
  });

  it('keep notes in order, whole, above the bars', () => {
    const { stream, progress } = openTerminal();
    progress.note('before');
    const phase = progress.begin('joint', 4, 'steps');
    progress.note('a');
    progress.note('b');
    wait(0.2);
    expect(stream.lines.slice(0, 3)).toEqual(['before', 'a', 'b']);
    expect(stream.lines[3]).toContain('0/4 steps');
    phase.end('done');
    progress.note('after');
    expect(stream.lines).toEqual(['before', 'a', 'b', 'joint: done', 'after']);
  });

  it('fit the window: the bar shrinks first, then the line is cut', () => {
    for (const columns of [60, 42, 20]) {
      const { stream, progress } = openTerminal(columns);
      const phase = progress.begin('joint', 1000, 'steps');
      wait(1);
      phase.advance(1, { loss: 1 });
      wait(0.2);
      expect(stream.lines).toHaveLength(1);
      expect(stream.lines[0]!.length).toBeLessThan(columns);
      if (columns >= 42) expect(stream.lines[0]).toContain('loss 1.000');
      progress.stop();
    }
  });

  it('are no more than the window has lines; a waiting phase gets the next one that is free', () => {
    const { stream, progress } = openTerminal();
    stream.rows = 4;
    const phases = ['a', 'b', 'c'].map((label) => progress.begin(label, 4, 'steps'));
    wait(0.2);
    expect(stream.lines.map((line) => line[0])).toEqual(['a', 'b']);
    phases[2]!.advance(3, {});
    phases[0]!.end('done');
    wait(0.2);
    expect(stream.lines.map((line) => line.slice(0, 7))).toEqual(['a: done', 'b ░░░░░', 'c █████']);
    progress.stop();
  });

  it('hide the cursor only while a phase runs, and leave nothing behind when stopped', () => {
    const { stream, progress } = openTerminal();
    expect(stream.cursorShown).toBe(true);
    const phase = progress.begin('joint', 4, 'steps');
    expect(stream.cursorShown).toBe(false);
    phase.end('done');
    expect(stream.cursorShown).toBe(true);
    const interrupted = progress.begin('bert', 4, 'steps');
    progress.note('last words');
    wait(0.2);
    progress.stop();
    progress.stop();
    expect(stream.cursorShown).toBe(true);
    const written = stream.raw;
    interrupted.advance(1, {});
    interrupted.end();
    wait(5);
    expect(stream.raw).toBe(written);
    expect(stream.lines).toEqual(['joint: done', 'last words']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('give the cursor back when the process exits in the middle, and hold no listener afterwards', () => {
    const before = process.listeners('exit');
    const { stream, progress } = openTerminal();
    progress.begin('joint', 4, 'steps');
    const [ours] = process.listeners('exit').filter((listener) => !before.includes(listener));
    ours!(1);
    expect(stream.cursorShown).toBe(true);
    expect(process.listeners('exit')).toEqual(before);
  });
});

describe('plain lines', () => {
  function openPipe(plainEverySeconds = 10) {
    const stream = new Screen(false);
    return { stream, progress: createProgress({ stream, plainEverySeconds, now }) };
  }

  it('come at the beginning, then at most every ten seconds, and at the end', () => {
    const { stream, progress } = openPipe();
    const phase = progress.begin('joint', 1000, 'steps');
    for (let step = 1; step <= 25; step++) {
      seconds += 1;
      phase.advance(step, step < 20 ? { loss: 7 - step / 10 } : { tokensPerSecond: 999.6 });
    }
    phase.end();
    expect(stream.lines).toEqual([
      'joint: 1,000 steps',
      'joint: 10/1,000 steps, loss 6.000, ETA 16m30s', // 990 s
      'joint: 20/1,000 steps, loss 5.100, 1,000 tokens/s, ETA 16m20s', // 980 s; the loss is step 19's
      'joint: 25/1,000 steps in 25s',
    ]);
  });

  it('give megabytes a second while text is read, and at the end', () => {
    const { stream, progress } = openPipe();
    const phase = progress.begin('encoding', 60, 'MB');
    for (const done of [20, 40, 60]) {
      seconds += 10;
      phase.advance(done, { megabytesPerSecond: 2 });
    }
    phase.end();
    expect(stream.lines).toEqual([
      'encoding: 60 MB',
      'encoding: 20/60 MB, 2.0 MB/s',
      'encoding: 40/60 MB, 2.0 MB/s, ETA 10s',
      'encoding: 60/60 MB, 2.0 MB/s, ETA 0s',
      'encoding: 60/60 MB in 30s, 2.0 MB/s',
    ]);
  });

  it('hold no control characters', () => {
    const { stream, progress } = openPipe(0);
    const phase = progress.begin('joint', 2, 'steps');
    phase.advance(1, { loss: 1 });
    progress.note('a note');
    phase.end('accuracy 0.54');
    progress.stop();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the point
    expect(stream.raw).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
    expect(stream.lines.slice(-2)).toEqual(['a note', 'joint: accuracy 0.54']);
  });

  it('come from each of several phases at its own pace', () => {
    const { stream, progress } = openPipe();
    const one = progress.begin('one', 9, 'steps');
    seconds = 6;
    const two = progress.begin('two', 9, 'steps');
    seconds = 11;
    one.advance(1, {});
    two.advance(1, {});
    seconds = 16;
    one.advance(2, {});
    two.advance(2, {});
    expect(stream.lines).toEqual([
      'one: 9 steps',
      'two: 9 steps',
      'one: 1/9 steps',
      'two: 2/9 steps, ETA 35s', // 7 steps at 5 s
    ]);
  });

  it('are chosen in CI even on a terminal', () => {
    vi.stubEnv('CI', 'true');
    const stream = new Screen(true);
    createProgress({ stream, now }).begin('joint', 2, 'steps');
    vi.unstubAllEnvs();
    expect(stream.raw).toBe('joint: 2 steps\n');
  });

  it('end with the phase: later reports and a second end say nothing', () => {
    const { stream, progress } = openPipe(0);
    const phase = progress.begin('joint', 2, 'steps');
    phase.end('done');
    phase.advance(2, {});
    phase.end('done');
    expect(stream.lines).toEqual(['joint: 2 steps', 'joint: done']);
  });
});

describe('the time left', () => {
  function lastLine(advances: [at: number, done: number][], total: number): string {
    const stream = new Screen(false);
    const phase = createProgress({ stream, plainEverySeconds: 0, now }).begin('p', total, 'steps');
    for (const [at, done] of advances) {
      seconds = at;
      phase.advance(done, {});
    }
    return stream.lines.at(-1)!;
  }

  it('follows the recent rate: a slow start is forgotten after half a minute', () => {
    const advances: [number, number][] = [[100, 1]];
    for (let i = 1; i <= 60; i++) advances.push([100 + i, 1 + i]);
    // 61 done, 39 left at 1 a second.
    expect(lastLine(advances, 100)).toBe('p: 61/100 steps, ETA 39s');
  });

  it('is not fooled by a resumed phase that begins with most of its work done', () => {
    expect(lastLine([[1, 900]], 1000)).toBe('p: 900/1,000 steps');
    expect(
      lastLine(
        [
          [1, 900],
          [2, 901],
        ],
        1000,
      ),
    ).toBe('p: 901/1,000 steps, ETA 1m39s');
  });

  it('is what somebody who knows more has said, less the time since', () => {
    const stream = new Screen(false);
    const phase = createProgress({ stream, plainEverySeconds: 0, now }).begin('all', 20, 'runs');
    phase.advance(2, { secondsLeft: 2404 });
    seconds = 4;
    phase.advance(2, {});
    expect(stream.lines).toEqual([
      'all: 20 runs',
      'all: 2/20 runs, ETA 40m04s',
      'all: 2/20 runs, ETA 40m04s',
    ]);
  });

  it('is known for steps that are each longer than half a minute', () => {
    expect(
      lastLine(
        [
          [0, 1],
          [100, 2],
          [200, 3],
        ],
        4,
      ),
    ).toBe('p: 3/4 steps, ETA 1m40s');
  });

  it.each([
    [59.4, '59s'],
    [59.6, '1m00s'],
    [3599.6, '1h00m'],
    [2 * 3600 + 7 * 60 + 10, '2h07m'],
    [86_399, '1d00h'],
    [3 * 86_400 + 4 * 3600, '3d04h'],
  ])('writes %f seconds as %s', (left, written) => {
    expect(
      lastLine(
        [
          [0, 0],
          [left, 1],
        ],
        2,
      ),
    ).toBe(`p: 1/2 steps, ETA ${written}`);
  });
});

describe('silentProgress', () => {
  it('says nothing', () => {
    const write = vi.spyOn(process.stderr, 'write');
    const progress = silentProgress();
    const phase = progress.begin('joint', 2, 'steps');
    phase.advance(1, { loss: 1 });
    phase.end('done');
    progress.note('a note');
    progress.stop();
    expect(write).not.toHaveBeenCalled();
    write.mockRestore();
  });
});

it('runs outside the test runner, whose imports are more forgiving, and leaves the process free to end', () => {
  const module = new URL('../../src/progress/progress-display.ts', import.meta.url).href;
  const script = `
    import { createProgress } from ${JSON.stringify(module)};
    const stream = Object.assign(process.stderr, { isTTY: true });
    for (const isTerminal of [true, false]) createProgress({ stream, isTerminal }).begin('p', 2, 'steps').end('done');`;
  const child = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect(child.status).toBe(0);
  expect(child.stderr.match(/p: done/g)).toHaveLength(2);
});
