/**
 * What GLUE's nine tasks share: official files in a folder of their own, read row by row, and as many rows as the
 * benchmark has. A file that was cut short, or is of another release, is an error and never a smaller task.
 *
 * @source row counts: huggingface/datasets datasets/glue/dataset_infos.json; columns: google-research/electra
 * finetune/classification/classification_tasks.py
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, DataError } from '../../../base/errors.ts';
import type { Task, TaskData, TaskExample, TaskSources } from '../task.ts';
import { columnOf, labelAt, numberWithin, readTsv, type TsvTable } from '../tsv.ts';

export interface GlueFile {
  name: string;
  /** Rows of the official file; several where it was released more than once. */
  rows: number | readonly number[];
}

export interface GlueSpec extends Omit<Task, 'suite' | 'load' | 'maxLength'> {
  /** In the official layout. */
  folder: string;
  train: GlueFile;
  dev: Record<string, GlueFile>;
  test: Record<string, GlueFile>;
  /** Columns by name. */
  first: string;
  second?: string;
  label: string;
  /** Where rows carry an id. */
  id?: string;
  /** Names for the columns of labelled files that have no header. */
  columns?: readonly string[];
  /** Spellings of the labels in the files, where they are not the names of the classes. */
  spellings?: readonly string[];
  /** Lines with a wrong number of columns are known in the official file, and are left out. */
  skipsMalformed?: boolean;
}

export type GlueTask = GlueSpec & Task;

/** As google-research/electra's configure_finetuning.py. */
const maxLength = 128;

/** A task of GLUE from the description of its files. */
export function glueTask(spec: GlueSpec): GlueTask {
  return { ...spec, suite: 'glue', maxLength, load: (sources) => loadGlue(spec, folderOf(spec, sources)) };
}

function folderOf({ name, folder }: GlueSpec, { glueDir }: TaskSources): string {
  if (glueDir) return join(glueDir, folder);
  throw new ConfigError(
    `${name}: expected a folder with GLUE's files, got none; name one with --glue-dir or --set finetune.glueDir=DIR, or run \`electra-lab data glue --dir glue\` and name that`,
  );
}

function loadGlue(spec: GlueSpec, folder: string): TaskData {
  const labelled = (file: GlueFile) => examplesIn(spec, labelledTable(spec, join(folder, file.name), file));
  const present = Object.entries(spec.test).filter(([, { name }]) => existsSync(join(folder, name)));
  return {
    train: labelled(spec.train),
    dev: mapValues(Object.entries(spec.dev), labelled),
    ...(present.length > 0 && {
      test: mapValues(present, (file) => unlabelledIn(spec, join(folder, file.name), file)),
    }),
  };
}

function mapValues(
  entries: readonly [string, GlueFile][],
  read: (file: GlueFile) => TaskExample[],
): Record<string, TaskExample[]> {
  return Object.fromEntries(entries.map(([part, file]) => [part, read(file)]));
}

function labelledTable({ columns, skipsMalformed }: GlueSpec, path: string, file: GlueFile): TsvTable {
  const table = readTsv(path, { columns, skipsMalformed });
  assertRowCount(table, file);
  return table;
}

function assertRowCount({ path, rows, malformed }: TsvTable, file: GlueFile): void {
  const official = [file.rows].flat();
  if (official.includes(rows.length)) return;
  const left = malformed > 0 ? ` and ${malformed} malformed lines` : '';
  throw new DataError(
    `${path}: expected the official ${official.join(' or ')} rows, got ${rows.length}${left}; download it again (electra-lab data glue), or make a task of your own of it`,
  );
}

function examplesIn(spec: GlueSpec, table: TsvTable): TaskExample[] {
  const { labels, spellings = labels, range } = spec;
  const texts = textsOf(spec, table);
  const label = columnOf(table, spec.label);
  return table.rows.map((row) => {
    const where = `${table.path}:${row.line}`;
    const text = row.cells[label]!;
    return {
      ...texts(row.cells),
      label: range ? numberWithin(range, text, where) : labelAt(spellings, text, where),
    };
  });
}

/** Rows of a test file, whose labels the benchmark keeps. */
function unlabelledIn(spec: GlueSpec, path: string, file: GlueFile): TaskExample[] {
  const table = readTsv(path, { skipsMalformed: spec.skipsMalformed });
  assertRowCount(table, file);
  const texts = textsOf({ ...spec, id: spec.id ?? 'index' }, table);
  return table.rows.map(({ cells }) => ({ ...texts(cells), label: -1 }));
}

function textsOf(
  { first, second, id }: GlueSpec,
  table: TsvTable,
): (cells: readonly string[]) => Omit<TaskExample, 'label'> {
  const [firstAt, secondAt, idAt] = [first, second, id].map((name) => name && columnOf(table, name));
  return (cells) => ({
    first: cells[firstAt as number]!.trim(),
    ...(secondAt !== undefined && { second: cells[secondAt as number]!.trim() }),
    ...(idAt !== undefined && { id: cells[idAt as number]! }),
  });
}

export interface GlueFolder {
  /** Names of the tasks whose files are all there. */
  whole: string[];
  /** The others, with the files that are not. */
  partial: { task: string; missing: string[] }[];
}

/**
 * Which of some GLUE tasks a folder holds. Looks for files only; their rows are checked when they are read.
 *
 * @throws {DataError} if the folder does not exist
 */
export function glueTasksAmong(tasks: readonly GlueTask[], glueDir: string): GlueFolder {
  if (!statSync(glueDir, { throwIfNoEntry: false })?.isDirectory()) {
    throw new DataError(
      `${glueDir}: expected a folder with GLUE's files (CoLA/train.tsv, …), got no folder; check the path (--glue-dir)`,
    );
  }
  const found = tasks.map((task) => ({ task: task.name, missing: missingFiles(task, glueDir) }));
  return {
    whole: found.filter(({ missing }) => missing.length === 0).map(({ task }) => task),
    partial: found.filter(({ missing }) => missing.length > 0),
  };
}

/** Test files may be missing: they have no labels to learn from or to be scored by. */
function missingFiles({ folder, train, dev }: GlueSpec, glueDir: string): string[] {
  const paths = [train, ...Object.values(dev)].map(({ name }) => `${folder}/${name}`);
  return paths.filter((path) => !existsSync(join(glueDir, path)));
}
