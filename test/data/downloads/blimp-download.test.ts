import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { afterEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/base/atomic-files.ts';
import { installBlimp } from '../../../src/data/downloads/blimp-download.ts';
import { type FileServer, hangUpAfter, serveFiles } from '../../helpers/file-server.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const path = 'somebody/blimp/0123/BLiMP.zip';
const content: Zippable = {
  'data/a.jsonl': strToU8('{"UID": "a"}\n'),
  'data/b.jsonl': strToU8('{"UID": "b"}\n'),
  'data/.DS_Store': strToU8('not wanted'),
  '__MACOSX/data/._a.jsonl': strToU8('not wanted'),
};
let server: FileServer | undefined;
afterEach(() => server?.close());

async function install(
  zipped: Zippable,
  dir = temporaryFolder(),
  ...answers: Parameters<typeof serveFiles>[1][]
) {
  const bytes = zipSync(zipped);
  const archive = { path, bytes: bytes.length, sha256: sha256(bytes), paradigms: 2 };
  server = await serveFiles({ [path]: bytes }, ...answers);
  await installBlimp({ dir, server: `${server.url}/` }, { pauseMs: 1 }, archive);
  return { dir, requests: server.requests };
}

describe('installing BLiMP', () => {
  it('puts the files of pairs into the folder, and nothing else', async () => {
    const { dir } = await install(content);
    expect(readdirSync(dir).sort()).toEqual(['a.jsonl', 'b.jsonl']);
    expect(readFileSync(join(dir, 'a.jsonl'), 'utf8')).toBe('{"UID": "a"}\n');
  });

  it('goes on after a broken connection, and asks for nothing that is there', async () => {
    const { dir, requests } = await install(content, temporaryFolder(), hangUpAfter(50));
    expect(requests.length).toBeGreaterThan(1);
    await server!.close();
    expect((await install(content, dir)).requests).toEqual([]);
  });

  it('writes nothing of an archive that lacks a paradigm', async () => {
    const dir = temporaryFolder();
    const { 'data/b.jsonl': _, ...less } = content;
    await expect(install(less, dir)).rejects.toThrow(
      `${join(dir, 'BLiMP.zip')}: expected 2 .jsonl files in it, got 1; delete it`,
    );
    expect(readdirSync(dir)).toEqual(['BLiMP.zip']);
  });

  it('does not take an archive of another content for the one that is known', async () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'BLiMP.zip'), 'something else');
    await install(content, dir);
    expect(readdirSync(dir).sort()).toEqual(['a.jsonl', 'b.jsonl']);
  });

  it('writes nothing of another file than the one that is known', async () => {
    const dir = temporaryFolder();
    const bytes = zipSync(content);
    server = await serveFiles({ [path]: bytes });
    const other = { path, bytes: bytes.length, sha256: sha256('another'), paradigms: 2 };
    await expect(installBlimp({ dir, server: server.url }, { pauseMs: 1 }, other)).rejects.toThrow(
      `expected SHA-256 ${sha256('another')}`,
    );
    expect(readdirSync(dir)).toEqual([]);
  });
});
