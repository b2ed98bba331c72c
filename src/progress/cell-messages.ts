/** What a cell's process tells the sweep that started it: its progress display, sent instead of drawn. */
import type { PhaseWork, Progress, ProgressFields } from './progress.ts';

export type CellMessage =
  | { kind: 'begin'; phase: number; label: string; total: number; unit: string; work?: PhaseWork | undefined }
  | { kind: 'advance'; phase: number; done: number; fields: ProgressFields }
  | { kind: 'end'; phase: number; summary: string | undefined }
  | { kind: 'note'; line: string }
  | { kind: 'engine'; line: string };

/** At most one message per phase in this time: a bar is not redrawn more often anyway. */
const everyMilliseconds = 200;

/** A display whose every act is sent to the parent process. */
export function forwardingProgress(send: (message: CellMessage) => void): Progress {
  let phases = 0;
  return {
    begin(label, total, unit, work) {
      const phase = phases++;
      let sentAt = 0;
      send({ kind: 'begin', phase, label, total, unit, work });
      return {
        advance(done, fields) {
          if (done < total && performance.now() - sentAt < everyMilliseconds) return;
          sentAt = performance.now();
          send({ kind: 'advance', phase, done, fields });
        },
        end: (summary) => send({ kind: 'end', phase, summary }),
      };
    },
    note: (line) => send({ kind: 'note', line }),
    stop: () => {},
  };
}

/** Shows a cell's messages on the sweep's own display; its engine, the sweep says for all. */
export function receiveInto(progress: Progress): (message: CellMessage) => void {
  const phases = new Map<number, ReturnType<Progress['begin']>>();
  return (message) => {
    if (message.kind === 'note') progress.note(message.line);
    else if (message.kind === 'begin') {
      phases.set(message.phase, progress.begin(message.label, message.total, message.unit));
    } else if (message.kind === 'advance') phases.get(message.phase)?.advance(message.done, message.fields);
    else if (message.kind === 'end') phases.get(message.phase)?.end(message.summary);
  };
}
