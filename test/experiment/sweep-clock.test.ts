/** The time left of a whole sweep, on a clock that is simulated: the truth is known to the second. */
import { describe, expect, it } from 'vitest';
import { known, presetsFolder } from '../../src/commands/command.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { runIdOf } from '../../src/config/run-id.ts';
import type { RunConfig } from '../../src/config/schema.ts';
import { createSweepClock, type SweepClock } from '../../src/experiment/sweep-clock.ts';
import { stageWorkOf } from '../../src/training/cost.ts';

const cell = (regime: string, seed: number, steps: number) =>
  resolveConfig('smoke', {
    set: [`regime=${regime}`, `training.steps=${steps}`, `seed=${seed}`, 'generator.size=1'],
    known,
    presetsFolder,
  });

interface Pace {
  startSeconds: number;
  /** @param stepFlops of the stage */
  stepSeconds(cell: RunConfig, stepFlops: number): number;
  /** What follows the training: its work as the run says it, and how long it really takes. */
  scoringFlops: number;
  scoringSeconds: number;
}

interface Act {
  at: number;
  act(clock: SweepClock): void;
}

/** One process: what it does at which second after its beginning. */
function* acts(cell: RunConfig, pace: Pace): Generator<Act, undefined> {
  const { startSeconds, stepSeconds, scoringFlops, scoringSeconds } = pace;
  const work = stageWorkOf(cell);
  const { steps } = cell.training;
  let at = startSeconds;
  for (const [phase, flops] of work.entries()) {
    const training = work.slice(phase + 1).reduce((sum, later) => sum + later, 0);
    const after = { training, scoring: scoringFlops };
    const begin = { kind: 'begin', phase, label: '', total: steps, unit: 'steps' } as const;
    yield { at, act: (clock) => clock.hear(cell, { ...begin, work: { part: 'training', flops, after } }) };
    for (let done = 1; done <= steps; done++) {
      at += stepSeconds(cell, flops / steps);
      yield { at, act: (clock) => clock.hear(cell, { kind: 'advance', phase, done, fields: {} }) };
    }
    yield { at, act: (clock) => clock.hear(cell, { kind: 'end', phase, summary: undefined }) };
  }
  if (scoringFlops > 0) {
    const phase = work.length;
    const scoring = { part: 'scoring', flops: scoringFlops } as const;
    const begin = { kind: 'begin', phase, label: '', total: 10, unit: 'steps', work: scoring } as const;
    yield { at, act: (clock) => clock.hear(cell, begin) };
    for (let done = 1; done <= 10; done++) {
      at += scoringSeconds / 10;
      yield { at, act: (clock) => clock.hear(cell, { kind: 'advance', phase, done, fields: {} }) };
    }
  } else at += scoringSeconds;
  yield { at, act: (clock) => clock.end(cell) };
}

/** What the clock said at every second of a sweep, and when that was over. */
function simulate(cells: readonly RunConfig[], jobs: number, pace: Pace) {
  let seconds = 0;
  const clock = createSweepClock(cells, jobs, () => seconds);
  const waiting = [...cells];
  const said: { at: number; left: number | undefined }[] = [];
  const running: { begunAt: number; acts: ReturnType<typeof acts>; next: Act }[] = [];
  for (;;) {
    while (running.length < jobs && waiting.length > 0) {
      const cell = waiting.shift()!;
      clock.begin(cell);
      const own = acts(cell, pace);
      running.push({ begunAt: seconds, acts: own, next: own.next().value! });
    }
    if (running.length === 0) return { said, total: seconds };
    running.sort((a, b) => a.begunAt + a.next.at - (b.begunAt + b.next.at));
    const [first] = running as [(typeof running)[number]];
    const until = first.begunAt + first.next.at;
    for (let at = Math.ceil(seconds); at < until; at++) {
      seconds = at;
      said.push({ at, left: clock.secondsLeft() });
    }
    seconds = until;
    first.next.act(clock);
    const { value, done } = first.acts.next();
    if (done) running.shift();
    else first.next = value;
  }
}

/** The largest error after the first tenth, as a share of what was truly left, where that is more than 3 seconds. */
function worstError({ said, total }: ReturnType<typeof simulate>): number {
  const late = said.filter(({ at }) => at >= total / 10 && total - at > 3);
  return Math.max(
    ...late.map(({ at, left }) => Math.abs((left ?? Number.POSITIVE_INFINITY) - (total - at)) / (total - at)),
  );
}

const seeds = [0, 1, 2, 3, 4, 5, 6, 7];
const alike = seeds.map((seed) => cell('joint', seed, 100));
const steady: Pace = { startSeconds: 4, stepSeconds: () => 0.3, scoringFlops: 0, scoringSeconds: 1 };

describe('the time left of a sweep of eight runs, after its first tenth', () => {
  it('is within a twentieth where all are alike', () => {
    expect(worstError(simulate(alike, 2, steady))).toBeLessThan(0.05);
  });

  it('is within a tenth where runs are of several lengths, three at once', () => {
    const cells = seeds.map((seed) => cell('joint', seed, 300 - 30 * seed));
    expect(worstError(simulate(cells, 3, steady))).toBeLessThan(0.1);
  });

  it('is within a fifth where regimes are not equally fast for their work', () => {
    const cells = ['joint', 'bert', 'two-stage', 'adversarial'].flatMap((regime) =>
      [0, 1].map((seed) => cell(regime, seed, 200)),
    );
    const slowness: Record<string, number> = { joint: 1, bert: 1.2, 'two-stage': 0.9, adversarial: 1.1 };
    const perFlop = 0.3 / (stageWorkOf(alike[0]!)[0]! / 100);
    const stepSeconds = ({ regime }: RunConfig, flops: number) => slowness[regime]! * perFlop * flops;
    expect(worstError(simulate(cells, 2, { ...steady, stepSeconds }))).toBeLessThan(0.2);
  });

  it('is within a fifth where fine-tuning takes as long as the training and its work was guessed 25 % low', () => {
    const work = stageWorkOf(alike[0]!)[0]!;
    const pace = { ...steady, scoringFlops: 0.75 * work, scoringSeconds: 30 };
    expect(worstError(simulate(alike, 2, pace))).toBeLessThan(0.2);
  });
});

it('the time left is not said before a run has taken steps', () => {
  const clock = createSweepClock(alike, 2, () => 0);
  clock.begin(alike[0]!);
  expect(clock.secondsLeft()).toBeUndefined();
});

it('a run that forks from another begins after it, though a place is free: 10 s and 20 s in a row', () => {
  let seconds = 0;
  const source = cell('joint', 0, 100);
  const fork = { ...source, training: { ...source.training, fork: { run: runIdOf(source), at: 1 } } };
  const clock = createSweepClock([source, fork], 2, () => seconds);
  clock.begin(source);
  const work = { part: 'training', flops: stageWorkOf(source)[0]! } as const;
  clock.hear(source, { kind: 'begin', phase: 0, label: '', total: 100, unit: 'steps', work });
  clock.hear(source, { kind: 'advance', phase: 0, done: 0, fields: {} });
  seconds = 10;
  clock.hear(source, { kind: 'advance', phase: 0, done: 50, fields: {} });
  // 5 steps a second: 50 are left of the one, and then 100 of the other.
  expect(clock.secondsLeft()).toBeCloseTo(10 + 20, 6);
});
