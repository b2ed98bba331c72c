import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Progress } from '../../src/progress/progress.ts';
import { silentProgress } from '../../src/progress/progress-display.ts';
import { readShownProgress, recordedProgress, viewProgress } from '../../src/progress/progress-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'progress-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A display that keeps what it is told. */
function listeningProgress(): { progress: Progress; told: string[] } {
  const told: string[] = [];
  const progress: Progress = {
    begin(label, total, unit) {
      told.push(`begin ${label} ${total} ${unit}`);
      return {
        advance: (done, { loss }) => void told.push(`${label} ${done} loss ${loss}`),
        end: (summary) => void told.push(`end ${label} ${summary}`),
      };
    },
    note: (line) => void told.push(line),
    stop: () => {},
  };
  return { progress, told };
}

describe('progress in a file', () => {
  it('is shown where it is made, too, and leaves one file', () => {
    const { progress, told } = listeningProgress();
    const recorded = recordedProgress(folder, progress);
    recorded.note('hello');
    const phase = recorded.begin('joint', 3, 'steps');
    phase.advance(3, { loss: 2 });
    phase.end('done');
    expect(told).toEqual(['hello', 'begin joint 3 steps', 'joint 3 loss 2', 'end joint done']);
    expect(readdirSync(folder)).toEqual(['progress.json']);
    expect(readShownProgress(folder)).toMatchObject({
      notes: ['hello'],
      phases: [{ label: 'joint', done: 3, fields: { loss: 2 }, isOver: true, summary: 'done' }],
    });
  });

  it('seen from elsewhere is told once, as far as it is', () => {
    const { progress, told } = listeningProgress();
    const view = viewProgress(folder, progress);
    view.look();
    expect(told).toEqual([]);
    const recorded = recordedProgress(folder, silentProgress());
    const first = recorded.begin('first', 10, 'steps');
    first.advance(5, { loss: 1 });
    recorded.note('half'); // written at once, and the step with it
    for (let look = 0; look < 2; look++) view.look();
    expect(told.splice(0)).toEqual(['half', 'begin first 10 steps', 'first 5 loss 1']);
    first.advance(10, { loss: 0 });
    first.end();
    recorded.begin('second', 4, 'steps');
    view.look();
    expect(told.splice(0)).toEqual(['first 10 loss 0', 'end first undefined', 'begin second 4 steps']);
    view.close();
    expect(told).toEqual(['end second stopped']);
  });

  it('of a process that was gone before is not shown, and of one that follows another it is', async () => {
    recordedProgress(folder, silentProgress()).begin('of yesterday', 9, 'steps');
    const { progress, told } = listeningProgress();
    const view = viewProgress(folder, progress);
    view.look();
    expect(told).toEqual([]);
    for (const label of ['today', 'today again']) {
      await new Promise((resolve) => setTimeout(resolve, 2)); // another process begins at another time
      recordedProgress(folder, silentProgress()).begin(label, 9, 'steps');
      view.look();
    }
    expect(told).toEqual(['begin today 9 steps', 'end today stopped', 'begin today again 9 steps']);
  });

  it('is none where there is no file', () => {
    expect(existsSync(join(folder, 'progress.json'))).toBe(false);
    expect(readShownProgress(folder)).toBeUndefined();
  });
});
