/** Brings GLUE from its server into a folder in the official layout: only files that are whole and are the right ones. */
import { existsSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sha256, writeFileAtomically } from '../../base/atomic-files.ts';
import { DataError } from '../../base/errors.ts';
import { readText } from '../corpora/text-file.ts';
import { type DownloadContext, download } from './download.ts';
import { type GlueArchive, mrpcFolder, type RemoteFile } from './glue-archives.ts';
import { unzipFiles } from './unzip.ts';

export interface GlueDownloadContext extends Omit<DownloadContext, 'onProgress'> {
  /** Before a file is asked for. @returns what is told its bytes on disk */
  onFile?(name: string, bytes: number): (done: number) => void;
}

/** Whether all files of a task are in a folder, so that nothing has to be downloaded. */
export function isInstalled({ folder, files }: GlueArchive, dir: string): boolean {
  return files.every((file) => existsSync(join(dir, folder, file)));
}

/** Of an earlier attempt, which may have left another file, or been followed by a fault of the disk. */
function isWhole(path: string, source: RemoteFile): boolean {
  return existsSync(path) && sha256(readFileSync(path)) === source.sha256;
}

/**
 * Downloads one task and puts its files into `<dir>/<folder>`. What is already there is kept; what was downloaded in
 * part is gone on with. The archive is deleted in the end.
 *
 * @param server base address
 * @throws {DataError} if a file cannot be had, is not the right one, or `dir` cannot be written
 */
export async function installGlue(
  archive: GlueArchive,
  { dir, server }: { dir: string; server: string },
  { onFile, ...context }: GlueDownloadContext = {},
): Promise<void> {
  if (isInstalled(archive, dir)) return;
  const aside = join(dir, '.downloads');
  const pathOf = ({ path }: RemoteFile) => join(aside, basename(path));
  for (const source of archive.sources) {
    if (isWhole(pathOf(source), source)) continue;
    const onProgress = onFile?.(basename(source.path), source.bytes);
    const url = `${server.replace(/\/+$/, '')}/${source.path}`;
    await download(
      { ...source, url, path: pathOf(source) },
      { ...context, ...(onProgress && { onProgress }) },
    );
  }
  const paths = archive.sources.map(pathOf);
  const contents = archive.folder === mrpcFolder ? mrpcContents(paths) : zipContents(archive, paths[0]!);
  for (const file of archive.files) writeFileAtomically(join(dir, archive.folder, file), contents.get(file)!);
  for (const path of paths) rmSync(path);
  removeIfEmpty(aside);
}

function zipContents({ folder, files }: GlueArchive, path: string): Map<string, Uint8Array> {
  const found = unzipFiles(
    path,
    readFileSync(path),
    files.map((file) => `${folder}/${file}`),
  );
  return new Map(files.map((file) => [file, found.get(`${folder}/${file}`)!]));
}

function mrpcContents([train, test, devIds]: readonly string[]): Map<string, string> {
  const [trainText, testText, idText] = [train, test, devIds].map((path) => readText(path!));
  return splitMrpc(trainText!, testText!, idText!);
}

/**
 * MRPC as GLUE has it: dev rows are those of the corpus's training file that the list names, and test rows are numbered
 * instead of labelled.
 *
 * @source huggingface/datasets datasets/glue/glue.py
 * @throws {DataError} if a row is not `Quality, #1 ID, #2 ID, #1 String, #2 String`
 */
export function splitMrpc(train: string, test: string, devIds: string): Map<string, string> {
  const isDev = new Set(linesOf(devIds));
  const [header, ...rows] = linesOf(train).map(mrpcCells);
  const [testHeader, ...testRows] = linesOf(test).map(mrpcCells);
  const part = (wanted: boolean) => rows.filter(([, a, b]) => isDev.has(`${a}\t${b}`) === wanted);
  return new Map([
    ['train.tsv', tableOf([header!, ...part(false)])],
    ['dev.tsv', tableOf([header!, ...part(true)])],
    [
      'test.tsv',
      tableOf([
        ['index', ...testHeader!.slice(1)],
        ...testRows.map(([, ...cells], index) => [String(index), ...cells]),
      ]),
    ],
  ]);
}

function mrpcCells(line: string, index: number): string[] {
  const cells = line.split('\t');
  if (cells.length === 5) return cells;
  throw new DataError(`msr_paraphrase:${index + 1}: expected 5 columns, got ${cells.length}`);
}

function linesOf(text: string): string[] {
  return text.replace(/[\r\n]+$/, '').split(/\r?\n/);
}

function tableOf(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.join('\t')}\n`).join('');
}

/** Another task's files may still be in it. */
function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Not empty: they are gone on with next time.
  }
}
