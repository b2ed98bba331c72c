import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const loader = join(import.meta.dirname, '../../bin/import-typescript.js');
const { importTypeScript } = (await import(loader)) as {
  importTypeScript(entry: string): Promise<Record<string, unknown>>;
};

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'project-'));
  mkdirSync(join(project, 'src'));
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
});
afterEach(() => rmSync(project, { recursive: true }));

function write(name: string, text: string): string {
  const file = join(project, 'src', name);
  writeFileSync(file, text);
  return file;
}
const joined = () => join(project, 'node_modules/.cache/electra-lab');

/** What a process of its own prints that imports two modules. */
function printedBySum(): string {
  const paths = ['two.ts', 'entry.ts'].map((name) => join(project, 'src', name));
  const texts = ['export const two: number = 2;', "import { two } from './two.ts'; console.log(two + two);"];
  for (const [i, path] of paths.entries()) if (!existsSync(path)) writeFileSync(path, texts[i]!);
  const script = `import { importTypeScript } from ${JSON.stringify(loader)}; await importTypeScript(${JSON.stringify(paths[1])});`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).trim();
}

describe('importTypeScript', () => {
  it('imports a module and what it imports', async () => {
    write('two.ts', 'export const two: number = 2;');
    const entry = write('entry.ts', "import { two } from './two.ts'; export const four = two + two;");
    expect((await importTypeScript(entry)).four).toBe(2 + 2);
  });

  it('sees a change of any source, and reads nothing anew without one', async () => {
    const two = write('two.ts', 'export const two = 2;');
    const entry = write('entry.ts', "import { two } from './two.ts'; export const twice = 2 * two;");
    await importTypeScript(entry);
    await importTypeScript(entry);
    expect(readdirSync(joined())).toHaveLength(1);
    write('two.ts', 'export const two = 3;');
    utimesSync(two, 1, 1);
    expect((await importTypeScript(entry)).twice).toBe(2 * 3);
  });

  it("keeps each module's own address", async () => {
    mkdirSync(join(project, 'src', '$&'));
    const entry = write(
      'entry.ts',
      "export const own = import.meta.url; export { deep } from './$&/deep.ts';",
    );
    const deep = write('$&/deep.ts', 'export const deep = import.meta.url;');
    expect({ ...(await importTypeScript(entry)) }).toEqual({
      own: `file://${entry}`,
      deep: pathToFileURL(deep).href,
    });
  });

  it('gives a module that is imported late only to who asks for it', async () => {
    write('late.ts', "throw new Error('too early'); export const late = 1;");
    const entry = write('entry.ts', "export const ask = () => import('./late.ts');");
    const { ask } = (await importTypeScript(entry)) as { ask(): Promise<unknown> };
    await expect(ask()).rejects.toThrow('too early');
  });

  it('works for many at once, and leaves one copy', async () => {
    const entry = write('entry.ts', 'export const one = 1;');
    const all = await Promise.all(Array.from({ length: 4 }, () => importTypeScript(entry)));
    expect(all.map(({ one }) => one)).toEqual([1, 1, 1, 1]);
    expect(readdirSync(joined())).toHaveLength(1);
  });

  it('says where the syntax is broken', async () => {
    const entry = write('entry.ts', '\n\nexport const = 1;');
    await expect(importTypeScript(entry)).rejects.toThrow(/entry\.ts:3:13/);
    expect(readdirSync(joined())).toHaveLength(0);
  });

  it('lets other users read what it has joined', async () => {
    await importTypeScript(write('entry.ts', 'export const one = 1;'));
    const [folder] = readdirSync(joined());
    expect(statSync(join(joined(), folder!)).mode & 0o777).toBe(0o755);
  });

  it('imports one module after the other where it cannot write', () => {
    writeFileSync(join(project, 'node_modules'), 'no folder');
    expect(printedBySum()).toBe(`${2 + 2}`);
  });

  it('imports one module after the other where it cannot read the joined ones', () => {
    expect(printedBySum()).toBe(`${2 + 2}`);
    const [folder] = readdirSync(joined());
    rmSync(join(joined(), folder!, 'entry.js'));
    expect(printedBySum()).toBe(`${2 + 2}`);
  });
});
