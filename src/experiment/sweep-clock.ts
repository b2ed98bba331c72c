/** When a sweep will be over: from how fast its runs are, what is left of each, and how many go on at once. */
import type { RunConfig } from '../config/schema.ts';
import type { CellMessage } from '../progress/cell-messages.ts';
import type { Progress } from '../progress/progress.ts';
import { mean } from '../statistics/describe.ts';
import { stageWorkOf } from '../training/cost.ts';
import { allBefore } from './cell-order.ts';

/** What is known of one run's time. Moments are in seconds; work is in FLOPs as the paper counts them. */
interface CellClock {
  cell: RunConfig;
  startedAt?: number;
  endedAt?: number;
  /** Steps that were watched: how much work they were, and how long they took. */
  watched: { flops: number; seconds: number };
  trainingBegunAt?: number;
  trainingLeft: number;
  trainingEndedAt?: number;
  /** The moment of its last advance. */
  heardAt: number;
  /** Fine-tuning, probes and pairs; undefined until the run has said it. */
  scoring: number | undefined;
  scoringDone: number;
}

interface OpenPhase {
  part: 'training' | 'scoring';
  flops: number;
  total: number;
  /** The last advance: the first one of a resumed phase begins with much done already. */
  last?: { done: number; at: number };
}

export interface SweepClock {
  begin(cell: RunConfig): void;
  /** @param message what the run's process has shown */
  hear(cell: RunConfig, message: CellMessage): void;
  end(cell: RunConfig): void;
  /** @returns undefined until a run has taken steps */
  secondsLeft(): number | undefined;
}

/**
 * @param cells those that are to be executed, in the order in which they begin
 * @param jobs how many go on at once; absent: as many as do
 * @param now a clock in seconds
 */
export function createSweepClock(
  cells: readonly RunConfig[],
  jobs: number | undefined,
  now: () => number = () => performance.now() / 1000,
): SweepClock {
  const clocks = new Map(cells.map((cell) => [cell, freshClock(cell)]));
  const phases = new Map<string, OpenPhase>();
  const keyOf = (cell: RunConfig, phase: number) => `${cells.indexOf(cell)} ${phase}`;

  function hear(cell: RunConfig, message: CellMessage): void {
    const clock = clocks.get(cell)!;
    if (message.kind === 'begin' && message.work) {
      const { work, total } = message;
      phases.set(keyOf(cell, message.phase), { part: work.part, flops: work.flops, total });
      if (work.after) Object.assign(clock, { scoring: work.after.scoring });
      if (work.part === 'training') clock.trainingLeft = work.flops + (work.after?.training ?? 0);
      else clock.trainingEndedAt ??= now();
    } else if (message.kind === 'advance') {
      const phase = phases.get(keyOf(cell, message.phase));
      if (phase) advance(clock, phase, message.done, now());
    } else if (message.kind === 'end' && clock.trainingLeft <= 0) clock.trainingEndedAt ??= now();
  }

  return {
    begin(cell) {
      clocks.get(cell)!.startedAt = now();
    },
    hear,
    end(cell) {
      clocks.get(cell)!.endedAt = now();
    },
    secondsLeft: () => secondsLeft([...clocks.values()], jobs, now()),
  };
}

function freshClock(cell: RunConfig): CellClock {
  const trainingLeft = stageWorkOf(cell).reduce((sum, flops) => sum + flops, 0);
  const nothing = { watched: { flops: 0, seconds: 0 }, scoring: undefined, scoringDone: 0, heardAt: 0 };
  return { cell, trainingLeft, ...nothing };
}

function advance(clock: CellClock, phase: OpenPhase, done: number, at: number): void {
  const flops = (phase.flops * (done - (phase.last?.done ?? 0))) / phase.total;
  clock.heardAt = at;
  if (phase.part === 'scoring') clock.scoringDone += flops;
  else {
    clock.trainingBegunAt ??= at;
    clock.trainingLeft -= flops;
    if (phase.last) {
      clock.watched.flops += flops;
      clock.watched.seconds += at - phase.last.at;
    }
  }
  phase.last = { done, at };
}

function secondsLeft(clocks: readonly CellClock[], jobs: number | undefined, at: number): number | undefined {
  const left = clocks.filter(({ endedAt }) => endedAt === undefined);
  if (!clocks.some(({ watched }) => watched.flops > 0)) return undefined;
  const times = new Map(left.map((clock) => [clock.cell, secondsOf(clock, clocks, at)]));
  const running = left.filter(({ startedAt }) => startedAt !== undefined).map(({ cell }) => cell);
  return scheduleLength(
    left.map(({ cell }) => cell),
    running,
    times,
    jobs ?? Math.max(1, running.length),
  );
}

/** How long a run will still take once it has a place. */
function secondsOf(clock: CellClock, all: readonly CellClock[], at: number): number {
  const starts = all.flatMap(({ startedAt, trainingBegunAt }) =>
    startedAt === undefined || trainingBegunAt === undefined ? [] : [trainingBegunAt - startedAt],
  );
  const { startedAt, trainingBegunAt, trainingEndedAt, trainingLeft, heardAt } = clock;
  const [start, scoring] = [meanOr0(starts), scoringSeconds(clock, all)];
  if (trainingEndedAt !== undefined) return Math.max(0, scoring - (at - trainingEndedAt));
  const training = trainingLeft * secondsPerFlop(clock, all);
  if (trainingBegunAt !== undefined) return Math.max(0, training - (at - heardAt)) + scoring;
  return Math.max(0, start - (startedAt === undefined ? 0 : at - startedAt)) + training + scoring;
}

/**
 * The rate of runs of its regime that have trained to their end, together with its own: stages differ, so a part of a run
 * says less. Before there are any it is its own, then that of its regime, then that of all.
 */
function secondsPerFlop(clock: CellClock, all: readonly CellClock[]): number {
  const alike = all.filter(({ cell }) => cell.regime === clock.cell.regime);
  const whole = alike.filter(({ trainingEndedAt }) => trainingEndedAt !== undefined);
  const choices = [whole.length > 0 ? [...new Set([...whole, clock])] : [], [clock], alike, all];
  const seconds = (some: readonly CellClock[]) => some.reduce((sum, one) => sum + one.watched.seconds, 0);
  const known = choices.find((some) => seconds(some) > leastWatchedSeconds) ?? all;
  return seconds(known) / known.reduce((sum, { watched }) => sum + watched.flops, 0);
}

/** A rate over less is chance. */
const leastWatchedSeconds = 2;

/** All that follows a run's training, its process's end included. */
function scoringSeconds(clock: CellClock, all: readonly CellClock[]): number {
  const { trainingEndedAt, heardAt, scoringDone } = clock;
  const flops = clock.scoring ?? meanOr0(all.flatMap(({ scoring }) => scoring ?? []));
  if (trainingEndedAt !== undefined && scoringDone > leastScored * flops)
    return ((heardAt - trainingEndedAt) * flops) / scoringDone;
  const ended = all.filter((other) => other.trainingEndedAt !== undefined && other.endedAt !== undefined);
  const seconds = meanOr0(ended.map((other) => other.endedAt! - other.trainingEndedAt!));
  const usual = meanOr0(ended.map(({ scoring }) => scoring ?? 0));
  if (ended.length === 0) return flops * secondsPerFlop(clock, all);
  return usual > 0 ? (seconds * flops) / usual : seconds;
}

/** A share of it that says how long the rest takes. */
const leastScored = 0.05;

function meanOr0(values: readonly number[]): number {
  return values.length > 0 ? mean(values) : 0;
}

/**
 * How long it takes until all are over, if each that can begin does so as soon as one of the places is free.
 *
 * @param seconds what is left of each
 */
function scheduleLength(
  left: readonly RunConfig[],
  running: readonly RunConfig[],
  seconds: ReadonlyMap<RunConfig, number>,
  jobs: number,
): number {
  const waiting = left.filter((cell) => !running.includes(cell));
  const places = running.map((cell) => ({ cell, until: seconds.get(cell)! }));
  const before = new Map(waiting.map((cell) => [cell, allBefore(cell, left)]));
  const isOver = (cell: RunConfig) => !waiting.includes(cell) && places.every((place) => place.cell !== cell);
  const isReady = (cell: RunConfig) => before.get(cell)!.every(isOver);
  let at = 0;
  while (waiting.length > 0 || places.length > 0) {
    const next = places.length < jobs ? waiting.find(isReady) : undefined;
    if (next) {
      waiting.splice(waiting.indexOf(next), 1);
      places.push({ cell: next, until: at + seconds.get(next)! });
      continue;
    }
    if (places.length === 0) break;
    places.sort((a, b) => a.until - b.until);
    at = places.shift()!.until;
  }
  return at;
}

/** The bar of all runs, with the time that is left until the last is over. */
export function beginRuns(progress: Progress, cells: readonly RunConfig[], jobs?: number) {
  const [phase, clock] = [progress.begin('all', cells.length, 'runs'), createSweepClock(cells, jobs)];
  let [done, shownAt] = [0, Number.NEGATIVE_INFINITY];
  function show(): void {
    shownAt = performance.now();
    const secondsLeft = clock.secondsLeft();
    phase.advance(done, secondsLeft === undefined ? {} : { secondsLeft });
  }
  return {
    begin: clock.begin,
    hear(cell: RunConfig, message: CellMessage): void {
      clock.hear(cell, message);
      if (performance.now() - shownAt > showEveryMilliseconds) show();
    },
    /** @param isDone not so of one that an interrupt has stopped */
    end(cell: RunConfig, isDone: boolean): void {
      clock.end(cell);
      if (isDone) done++;
      show();
    },
    close: () => phase.end(),
  };
}

const showEveryMilliseconds = 500;
