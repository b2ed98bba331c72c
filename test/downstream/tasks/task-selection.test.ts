import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { suites } from '../../../src/downstream/tasks/registry.ts';
import { selectTasks } from '../../../src/downstream/tasks/task-selection.ts';

const folder = mkdtempSync(join(tmpdir(), 'selection-'));
afterAll(() => rmSync(folder, { recursive: true }));
const namesOf = (names: string[], glueDir?: string) =>
  selectTasks(names, { glueDir }).tasks.map(({ name }) => name);

function glueWith(...tasks: string[]): string {
  const glueDir = mkdtempSync(join(folder, 'glue-'));
  for (const task of tasks) {
    mkdirSync(join(glueDir, task));
    for (const part of ['train', 'dev']) writeFileSync(join(glueDir, task, `${part}.tsv`), '');
  }
  return glueDir;
}

function ownTask(name: string): string {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(join(folder, 'table.tsv'), 'text\tlabel\n');
  const table = { train: 'table.tsv', dev: 'table.tsv', columns: { first: 'text', label: 'label' } };
  writeFileSync(path, JSON.stringify({ name, ...table, labels: ['a', 'b'] }));
  return path;
}

describe('a selection of tasks', () => {
  it('names tasks and suites, and has each once', () => {
    expect(namesOf(['rte', 'offline', 'genre', 'rte'])).toEqual(['rte', ...suites.offline]);
  });

  it('of glue is what the folder has whole; the rest is named with its files', () => {
    const glueDir = glueWith('CoLA', 'RTE');
    rmSync(join(glueDir, 'RTE', 'dev.tsv'));
    const { tasks, notes } = selectTasks(['glue'], { glueDir });
    expect(tasks.map(({ name }) => name)).toEqual(['cola']);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(`${glueDir}: without `);
    expect(notes[0]).toContain('rte (no RTE/dev.tsv)');
  });

  it('of glue needs a folder, with at least one whole task', () => {
    expect(() => namesOf(['glue'])).toThrow(
      "glue: expected a folder with GLUE's files, got none; name one with --glue-dir or finetune.glueDir",
    );
    const empty = glueWith();
    expect(() => namesOf(['glue'], empty)).toThrow(
      `${empty}: expected at least one whole GLUE task, got none: `,
    );
  });

  it("includes tasks of one's own, under names of their own", () => {
    expect(namesOf([ownTask('headlines'), 'rte'])).toEqual(['headlines', 'rte']);
    expect(() => namesOf([ownTask('rte')])).toThrow(/^task rte: name: expected a name other than one of/);
  });
});
