/** The npm package as its users have it: packed, installed by someone who may write only in an empty home, and used. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const project = join(import.meta.dirname, '../..');
const shared = mkdtempSync(join(tmpdir(), 'package-'));
const home = join(shared, 'home');
const prefix = join(home, '.npm-global');
/** Whom the package must serve: not root, who may write everywhere. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

let packed: string[];
let tarball: string;

/** What is run as that user, in a folder of theirs. @returns standard output */
function asUser(folder: string, program: string, ...args: string[]): string {
  const path = [join(prefix, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter);
  const { XDG_CACHE_HOME: _, ELECTRA_LAB_CACHE: __, ...rest } = process.env;
  const env = {
    ...rest,
    PATH: path,
    HOME: home,
    npm_config_prefix: prefix,
    npm_config_cache: join(home, '.npm'),
  };
  const { status, stdout, stderr } = spawnSync(program, args, {
    ...nobody,
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  if (status !== 0)
    throw new Error(`${program} ${args.join(' ')}: exit code ${status}\n${stdout}\n${stderr}`);
  return stdout;
}

function folderOfUser(name: string): string {
  const folder = join(shared, name);
  mkdirSync(folder);
  if (nobody.uid) chownSync(folder, nobody.uid, nobody.gid);
  return folder;
}

/** The example of the page, which is what readers copy. */
function example(): string {
  const page = readFileSync(join(project, 'docs/library.md'), 'utf8');
  return /```js\n([\s\S]*?)```/.exec(page)![1]!;
}

const quietly = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
const install = ['install', '--ignore-scripts', '--prefer-offline', ...quietly];

beforeAll(() => {
  chmodSync(shared, 0o755);
  folderOfUser('home');
  execFileSync('npm', ['run', 'build'], { cwd: project, stdio: 'pipe' });
  const told = execFileSync('npm', ['pack', '--json', '--pack-destination', shared], {
    cwd: project,
    encoding: 'utf8',
  });
  const [{ filename, files }] = JSON.parse(told) as [{ filename: string; files: { path: string }[] }];
  packed = files.map(({ path }) => path);
  tarball = join(shared, filename);
  asUser(home, 'npm', ...install, '--global', tarball);
}, 900_000);
afterAll(() => rmSync(shared, { recursive: true, force: true }));

describe('the package', () => {
  it('holds what runs, with its types, and no sources, tests or results', () => {
    const rooms = new Set(packed.map((path) => path.split('/')[0]));
    const own = [
      'CHANGELOG.md',
      'LICENSE',
      'NOTICE',
      'README.md',
      'bin',
      'configs',
      'dist',
      'docs',
      'experiments',
    ];
    expect([...rooms].sort()).toEqual([...own, 'package.json'].sort());
    expect(packed).toEqual(
      expect.arrayContaining(['dist/api.js', 'dist/api.d.ts', 'dist/report/page/report.css']),
    );
    expect(packed.filter((path) => /\.ts$/.test(path) && !path.endsWith('.d.ts'))).toEqual([]);
  });

  it('sweeps in an empty folder, and keeps prepared text in the cache folder of its user', () => {
    const folder = folderOfUser('sweeps');
    const told = asUser(folder, 'electra-lab', 'sweep', 'quickstart', '--preset', 'smoke', '--quiet');
    expect(told.trimEnd().split('\n').at(-1)).toMatch(
      /^By mean downstream score, nothing is decided with 1 seed of each arm/,
    );
    expect(existsSync(join(folder, 'results/quickstart/report.html'))).toBe(true);
    const caches = [join(home, '.cache/electra-lab'), join(home, 'Library/Caches/electra-lab')];
    expect(caches.some(existsSync)).toBe(true);
  }, 900_000);

  it('writes an experiment into an empty folder, and runs it there', () => {
    const folder = folderOfUser('begins');
    expect(asUser(folder, 'electra-lab', 'init', 'mine')).toContain('electra-lab sweep mine.yaml');
    asUser(folder, 'electra-lab', 'plan', 'mine.yaml', '--preset', 'smoke');
    asUser(folder, 'electra-lab', 'sweep', 'mine.yaml', '--preset', 'smoke', '--only', 'bert', '--quiet');
    expect(existsSync(join(folder, 'results/mine/report.html'))).toBe(true);
  }, 900_000);

  it('is a library: the example of docs/library.md runs in a folder of its own, and its types hold', () => {
    const folder = folderOfUser('library');
    asUser(folder, 'npm', 'init', '-y');
    asUser(folder, 'npm', ...install, tarball);
    writeFileSync(join(folder, 'example.mjs'), example());
    expect(asUser(folder, 'node', 'example.mjs')).toMatch(
      /^(finished|failed-to-learn) 0\.\d+\n1 0\n\d+ 32\n/,
    );
    writeFileSync(join(folder, 'example.mts'), example());
    const compiler = join(project, 'node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
    const types = ['--typeRoots', join(project, 'node_modules/@types'), '--skipLibCheck'];
    execFileSync(process.execPath, [compiler, ...options, ...types, 'example.mts'], {
      cwd: folder,
      stdio: 'pipe',
    });
  }, 900_000);
});
