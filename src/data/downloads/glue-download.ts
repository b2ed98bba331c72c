/** Brings GLUE from its server into a folder in the official layout: only files that are whole and are the right ones. */
import { existsSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { writeFileAtomically } from '../../base/atomic-files.ts';
import { DataError } from '../../base/errors.ts';
import { readText } from '../corpora/text-file.ts';
import { type DownloadContext, download, isWhole } from './download.ts';
import { unzipFiles } from './unzip.ts';

export interface GlueDownloadContext extends Omit<DownloadContext, 'onProgress'> {
  /** Before a file is asked for. @returns what is told its bytes on disk */
  onFile?(name: string, bytes: number): (done: number) => void;
}

/** Whether all files of a task are in a folder, so that nothing has to be downloaded. */
export function isInstalled({ folder, files }: GlueArchive, dir: string): boolean {
  return files.every((file) => existsSync(join(dir, folder, file)));
}

/**
 * Downloads one task and puts its files into `<dir>/<folder>`. What is already there is kept; what was downloaded in
 * part is resumed. The archive is deleted in the end.
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

/**
 * Where GLUE's files are, how long they are and what they hash to.
 *
 * @source addresses, sizes and SHA-256 of all of them: huggingface/datasets datasets/glue/dataset_infos.json at 040102f
 */
export const glueServer = 'https://dl.fbaipublicfiles.com';

export interface RemoteFile {
  /** Below the server's address. */
  path: string;
  bytes: number;
  sha256: string;
}

export interface GlueArchive {
  /** Of the task, and within the archive. */
  folder: string;
  sources: readonly RemoteFile[];
  /** What stands in the folder in the end. */
  files: readonly string[];
}

const usualFiles = ['train.tsv', 'dev.tsv', 'test.tsv'];
const mnliFiles = ['matched', 'mismatched'].flatMap((part) => [`dev_${part}.tsv`, `test_${part}.tsv`]);

/** MRPC is not hosted as an archive: its files are put together from the corpus and a list of dev rows. */
const mrpcFolder = 'MRPC';

// biome-ignore format: a table reads best in rows
export const glueArchives: readonly GlueArchive[] = [
  zip('CoLA', 'CoLA.zip', 376_971, 'f212fcd832b8f7b435fb991f101abf89f96b933ab400603bf198960dfc32cbff'),
  zip('SST-2', 'SST-2.zip', 7_439_277, 'd67e16fb55739c1b32cdce9877596db1c127dc322d93c082281f64057c16deaa'),
  {
    folder: mrpcFolder,
    files: usualFiles,
    sources: [
      { path: 'senteval/senteval_data/msr_paraphrase_train.txt', bytes: 1_047_044, sha256: '60a9b09084528f0673eedee2b69cb941920f0b8cd0eeccefc464a98768457f89' },
      { path: 'senteval/senteval_data/msr_paraphrase_test.txt', bytes: 441_275, sha256: 'a04e271090879aaba6423d65b94950c089298587d9c084bf9cd7439bd785f784' },
      { path: 'glue/data/mrpc_dev_ids.tsv', bytes: 6222, sha256: '971d7767d81b997fd9060ade0ec23c4fc31cbb226a55d1bd4a1bac474eb81dc7' },
    ],
  },
  zip('STS-B', 'STS-B.zip', 802_872, 'e60a6393de5a8b5b9bac5020a1554b54e3691f9d600b775bd131e613ac179c85'),
  zip('QQP', 'QQP-clean.zip', 41_696_084, '40e7c862c04eb26ee04b67fd900e76c45c6ba8e6d8fab4f8f1f8072a1a3fbae0'),
  zip('MNLI', 'MNLI.zip', 312_783_507, 'e7c1d896d26ed6caf700110645df426cc2d8ebf02a5ab743d5a5c68ac1c83633', ['train.tsv', ...mnliFiles]),
  zip('QNLI', 'QNLIv2.zip', 10_627_589, 'e634e78627a29adaecd4f955359b22bf5e70f2cbd93b493f2d624138a0c0e5f5'),
  zip('RTE', 'RTE.zip', 697_150, '6bf86de103ecd335f3441bd43574d23fef87ecc695977a63b82d5efb206556ee'),
  zip('WNLI', 'WNLI.zip', 28_999, 'ae0e8e4d16f4d46d4a0a566ec7ecceccfd3fbfaa4a7a4b4e02848c0f2561ac46'),
];

function zip(folder: string, name: string, bytes: number, sha256: string, files = usualFiles): GlueArchive {
  return { folder, sources: [{ path: `glue/data/${name}`, bytes, sha256 }], files };
}
