import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { afterEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/base/atomic-files.ts';
import { DataError } from '../../../src/base/errors.ts';
import { type GlueArchive, glueArchives } from '../../../src/data/downloads/glue-archives.ts';
import { installGlue, splitMrpc } from '../../../src/data/downloads/glue-download.ts';
import { glueTasks } from '../../../src/downstream/tasks/glue.ts';
import { type FileServer, hangUpAfter, serveFiles } from '../../helpers/file-server.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const files = ['train.tsv', 'dev.tsv', 'test.tsv'];
const content: Zippable = {
  'CoLA/train.tsv': strToU8('a\t1\t\tA kettle sings.\n'),
  'CoLA/dev.tsv': strToU8('a\t0\t*\tSings kettle a.\n'),
  'CoLA/test.tsv': strToU8('index\tsentence\n0\tSo it goes.\n'),
  'CoLA/original/raw.tsv': strToU8('not wanted'),
};
let server: FileServer | undefined;
afterEach(() => server?.close());

const archiveOf = (bytes: Uint8Array): GlueArchive => ({
  ...{ folder: 'CoLA', files },
  sources: [{ path: 'glue/data/CoLA.zip', bytes: bytes.length, sha256: sha256(bytes) }],
});

async function install(
  zipped: Zippable,
  dir = temporaryFolder(),
  ...answers: Parameters<typeof serveFiles>[1][]
) {
  const bytes = zipSync(zipped);
  server = await serveFiles({ 'glue/data/CoLA.zip': bytes }, ...answers);
  await installGlue(archiveOf(bytes), { dir, server: server.url }, { pauseMs: 1 });
  return { dir, requests: server.requests };
}

describe('installing a task of GLUE', () => {
  test('puts its three files into its folder, and nothing else anywhere', async () => {
    const { dir } = await install(content);
    expect(readdirSync(dir, { recursive: true }).sort()).toEqual([
      'CoLA',
      ...[...files].sort().map((file) => join('CoLA', file)),
    ]);
    expect(readFileSync(join(dir, 'CoLA/dev.tsv'), 'utf8')).toBe('a\t0\t*\tSings kettle a.\n');
  });

  test('goes on after a broken connection', async () => {
    const { dir, requests } = await install(content, temporaryFolder(), hangUpAfter(100));
    expect(requests.length).toBeGreaterThan(1);
    expect(existsSync(join(dir, 'CoLA/train.tsv'))).toBe(true);
  });

  test('asks for nothing that is there', async () => {
    const { dir } = await install(content);
    await server!.close();
    const { requests } = await install(content, dir);
    expect(requests).toEqual([]);
  });

  test.each(['../evil.tsv', 'CoLA/../../evil.tsv', '/tmp/evil.tsv', '..\\evil.tsv', 'C:\\evil.tsv'])(
    'writes nothing from an archive with %s in it',
    async (name) => {
      const dir = temporaryFolder();
      await expect(install({ ...content, [name]: strToU8('evil') }, dir)).rejects.toThrow(
        new DataError(
          `${join(dir, '.downloads/CoLA.zip')}: expected names within its folder, got ${JSON.stringify(name)}; nothing of it was written`,
        ),
      );
      expect(readdirSync(dir)).toEqual(['.downloads']);
    },
  );

  test('writes a file, never a link, from an archive with a symbolic link in it', async () => {
    const link = 0o120777 << 16;
    const { dir } = await install({
      ...content,
      'CoLA/train.tsv': [strToU8('/etc/passwd'), { os: 3, attrs: link }],
    });
    expect(lstatSync(join(dir, 'CoLA/train.tsv')).isSymbolicLink()).toBe(false);
    expect(readFileSync(join(dir, 'CoLA/train.tsv'), 'utf8')).toBe('/etc/passwd');
  });

  test('says which file an archive lacks', async () => {
    const { 'CoLA/dev.tsv': _, ...rest } = content;
    await expect(install(rest)).rejects.toThrow(
      /CoLA\.zip: expected CoLA\/dev\.tsv in it, got no such file; nothing of it was written/,
    );
  });

  test('says that a file is no archive', async () => {
    const bytes = strToU8('<html>not found</html>');
    server = await serveFiles({ 'glue/data/CoLA.zip': bytes });
    await expect(
      installGlue(archiveOf(bytes), { dir: temporaryFolder(), server: server.url }),
    ).rejects.toThrow(/CoLA\.zip: expected a ZIP archive, got invalid zip data; delete it and try again/);
  });
});

describe('MRPC', () => {
  const header = 'Quality\t#1 ID\t#2 ID\t#1 String\t#2 String';
  const train = `${header}\r\n1\t1\t2\tIt rained .\tRain fell .\r\n0\t3\t4\tIt rained .\tIt was dry .\r\n`;
  const test1 = `${header}\n1\t5\t6\tShe left .\tShe went .\n`;

  test('is put together from its corpus: dev rows by their ids, test rows without labels', () => {
    expect(Object.fromEntries(splitMrpc(train, test1, '3\t4\n'))).toEqual({
      'train.tsv': `${header}\n1\t1\t2\tIt rained .\tRain fell .\n`,
      'dev.tsv': `${header}\n0\t3\t4\tIt rained .\tIt was dry .\n`,
      'test.tsv': 'index\t#1 ID\t#2 ID\t#1 String\t#2 String\n0\t5\t6\tShe left .\tShe went .\n',
    });
  });

  test('is installed from three files', async () => {
    const texts = {
      'msr_paraphrase_train.txt': `\ufeff${train}`,
      'msr_paraphrase_test.txt': test1,
      'ids.tsv': '3\t4\n',
    };
    const bytes = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, strToU8(text)]));
    server = await serveFiles(bytes);
    const sources = Object.entries(bytes).map(([path, body]) => ({
      ...{ path, bytes: body.length, sha256: sha256(body) },
    }));
    const dir = temporaryFolder();
    await installGlue({ folder: 'MRPC', files, sources }, { dir, server: `${server.url}/` });
    expect(readFileSync(join(dir, 'MRPC/train.tsv'), 'utf8')).toBe(
      `${header}\n1\t1\t2\tIt rained .\tRain fell .\n`,
    );
    expect(readdirSync(dir)).toEqual(['MRPC']);
  });
});

describe('the list of archives', () => {
  test('has one for every task, with every file that the task reads', () => {
    expect(glueArchives.map(({ folder }) => folder).sort()).toEqual(
      glueTasks.map(({ folder }) => folder).sort(),
    );
    for (const task of glueTasks) {
      const { files: found } = glueArchives.find(({ folder }) => folder === task.folder)!;
      const parts = [task.train, ...Object.values(task.dev), ...Object.values(task.test)];
      expect([...found].sort()).toEqual(parts.map(({ name }) => name).sort());
    }
  });

  test('names every file by a length and a SHA-256', () => {
    for (const { bytes, sha256: hash } of glueArchives.flatMap(({ sources }) => sources)) {
      expect(bytes).toBeGreaterThan(1000);
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
    }
  });
});
