/** How far a run is, in a file of its folder: for readers on other machines. Not a record; nothing is decided by it. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../base/atomic-files.ts';
import { holderOf } from '../base/folder-lock.ts';
import { readJsonFile } from '../base/json-file.ts';
import { type CellMessage, receiveInto } from './cell-messages.ts';
import type { PhaseWork, Progress, ProgressFields } from './progress.ts';

/** Everything that a process has shown so far. */
export interface ShownProgress {
  /** Tells this process from the one before it. */
  started: string;
  notes: string[];
  phases: ShownPhase[];
}

export interface ShownPhase {
  label: string;
  total: number;
  unit: string;
  work?: PhaseWork | undefined;
  done: number;
  fields: ProgressFields;
  isOver: boolean;
  summary?: string | undefined;
}

const everyMilliseconds = 2000;

/** A display that keeps `progress.json` in a run's folder, and shows the same on another display. */
export function recordedProgress(folder: string, shown: Progress): Progress {
  const state: ShownProgress = { started: new Date().toISOString(), notes: [], phases: [] };
  let writtenAt = Number.NEGATIVE_INFINITY;
  function write(isDue: boolean): void {
    if (!isDue && performance.now() - writtenAt < everyMilliseconds) return;
    writtenAt = performance.now();
    writeFileAtomically(progressPath(folder), JSON.stringify(state));
  }
  return {
    begin(label, total, unit, work) {
      const phase: ShownPhase = { label, total, unit, work, done: 0, fields: {}, isOver: false };
      const other = shown.begin(label, total, unit);
      state.phases.push(phase);
      write(true);
      return {
        advance(done, fields) {
          Object.assign(phase, { done, fields: { ...phase.fields, ...fields } });
          other.advance(done, fields);
          write(false);
        },
        end(summary) {
          Object.assign(phase, { isOver: true, summary });
          other.end(summary);
          write(true);
        },
      };
    },
    note(line) {
      state.notes.push(line);
      shown.note(line);
      write(true);
    },
    stop: () => shown.stop(),
  };
}

/** @returns undefined where no process has shown any */
export function readShownProgress(folder: string): ShownProgress | undefined {
  if (lastSignOf(folder) === undefined) return undefined;
  return readJsonFile(progressPath(folder), 'the progress of a run', 'delete this file') as ShownProgress;
}

/** When a run's process last wrote how far it is. */
export function lastSignOf(folder: string): Date | undefined {
  return statSync(progressPath(folder), { throwIfNoEntry: false })?.mtime;
}

/**
 * Shows on a display what a run's processes write: every look shows what is new.
 *
 * What a process has left that was gone before is not shown.
 *
 * @param hear is told the same
 */
export function viewProgress(
  folder: string,
  progress: Progress,
  hear: (message: CellMessage) => void = () => {},
): { look(): void; close(): void } {
  const old = holderOf(folder) ? undefined : readShownProgress(folder)?.started;
  let shown: ShownProgress | undefined;
  let show = receiveInto(progress);

  /** Ends the phases that a process left open. */
  function close(): void {
    for (const [phase, { isOver }] of shown?.phases.entries() ?? [])
      if (!isOver) show({ kind: 'end', phase, summary: 'stopped' });
    [shown, show] = [undefined, receiveInto(progress)];
  }

  function look(): void {
    const now = readShownProgress(folder);
    if (!now || now.started === old) return;
    if (shown && shown.started !== now.started) close();
    for (const message of newsOf(shown, now)) {
      show(message);
      hear(message);
    }
    shown = now;
  }
  return { look, close };
}

/** What a process has shown since an earlier look. */
function newsOf(before: ShownProgress | undefined, now: ShownProgress): CellMessage[] {
  const notes = now.notes.slice(before?.notes.length).map((line): CellMessage => ({ kind: 'note', line }));
  return [...notes, ...now.phases.flatMap((phase, i) => newsOfPhase(i, before?.phases[i], phase))];
}

function newsOfPhase(phase: number, before: ShownPhase | undefined, now: ShownPhase): CellMessage[] {
  if (before?.isOver) return [];
  const { label, total, unit, work, done, fields, isOver, summary } = now;
  return [
    ...(before ? [] : [{ kind: 'begin', phase, label, total, unit, work } as const]),
    ...(done === (before?.done ?? 0) ? [] : [{ kind: 'advance', phase, done, fields } as const]),
    ...(isOver ? [{ kind: 'end', phase, summary } as const] : []),
  ];
}

function progressPath(folder: string): string {
  return join(folder, 'progress.json');
}
