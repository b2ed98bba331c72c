/** One running phase of work: how far it is, how fast, and how that reads. */
import type { ProgressFields } from './progress.ts';

/** What is known of one running phase. */
export interface PhaseState {
  label: string;
  total: number;
  unit: string;
  done: number;
  fields: ProgressFields;
  startedAt: number;
  /** (time, done) of the last advances, oldest first. */
  recent: { at: number; done: number }[];
}

export function createPhase(label: string, total: number, unit: string, at: number): PhaseState {
  return { label, total, unit, done: 0, fields: {}, startedAt: at, recent: [] };
}

/** The span over which the rate is taken: long enough to be steady, short enough to forget a compilation. */
const recentSeconds = 30;

export function recordAdvance(phase: PhaseState, done: number, fields: ProgressFields, at: number): void {
  phase.done = done;
  phase.fields = { ...phase.fields, ...fields };
  phase.recent.push({ at, done });
  while (phase.recent.length > 2 && phase.recent[1]!.at <= at - recentSeconds) phase.recent.shift();
}

/** Time left at the rate since the first advance counted, as a resumed phase begins with much done already. */
function remainingSeconds({ recent, total, fields }: PhaseState, at: number): number | undefined {
  const [oldest, last] = [recent[0], recent.at(-1)];
  if (!oldest || !last) return undefined;
  if (fields.secondsLeft !== undefined) return Math.max(0, fields.secondsLeft - (at - last.at));
  if (last.done <= oldest.done || last.at <= oldest.at) return undefined;
  const rate = (last.done - oldest.done) / (last.at - oldest.at);
  return Math.max(0, (total - last.done) / rate - (at - last.at));
}

export function phaseDetails(phase: PhaseState, at: number): string[] {
  const { loss, tokensPerSecond } = phase.fields;
  const remaining = remainingSeconds(phase, at);
  return [
    ...(loss === undefined ? [] : [`loss ${loss.toFixed(3)}`]),
    ...(tokensPerSecond === undefined ? [] : [`${count(Math.round(tokensPerSecond))} tokens/s`]),
    ...megabytesPerSecondOf(phase),
    ...(remaining === undefined ? [] : [`ETA ${duration(remaining)}`]),
  ];
}

export function doneWords(phase: PhaseState, at: number): string {
  const { done, total, unit, startedAt } = phase;
  const all = `${count(done)}/${count(total)} ${unit} in ${duration(at - startedAt)}`;
  return [all, ...megabytesPerSecondOf(phase)].join(', ');
}

function megabytesPerSecondOf({ fields: { megabytesPerSecond: rate } }: PhaseState): string[] {
  return rate === undefined ? [] : [`${rate.toFixed(1)} MB/s`];
}

export function count(value: number): string {
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
