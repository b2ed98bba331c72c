/**
 * Imports TypeScript as it is: a checkout has no build step and no stale build.
 *
 * To read some hundred modules one by one takes longer than all else that a start does. So esbuild joins them into a
 * few files, and these are kept under a name made of every source's path, size and time of change.
 */
import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A sweep of many days may still import the report's part of the sources that it began with. */
const oldestKept = 90 * 24 * 3600 * 1000;

/**
 * @param {string} entry a module one folder below the project's, such as src/cli.ts
 * @returns {Promise<any>} what it exports
 */
export async function importTypeScript(entry) {
  const project = dirname(dirname(entry));
  // Below node_modules, where the joined files find the same packages as the sources do.
  const cache = join(project, 'node_modules', '.cache', 'electra-lab');
  const folder = join(cache, `${basename(entry, '.ts')}-${keyOf(project)}`);
  if (!existsSync(folder)) {
    const beside = folderBeside(folder);
    if (!beside) return importOneByOne(entry);
    await joinModules(entry, beside, folder);
    dropOld(cache);
  }
  const joined = join(folder, basename(entry).replace(/ts$/, 'js'));
  return isReadable(joined) ? import(pathToFileURL(joined).href) : importOneByOne(entry);
}

/** Another user's umask may keep the files to that user. */
function isReadable(path) {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** @returns undefined in an installation that its user cannot write to */
function folderBeside(folder) {
  try {
    mkdirSync(dirname(folder), { recursive: true });
    return mkdtempSync(`${folder}.`);
  } catch {
    return undefined;
  }
}

async function importOneByOne(entry) {
  const { register } = await import('tsx/esm/api');
  register();
  return import(pathToFileURL(entry).href);
}

function keyOf(project) {
  const facts = ['bin', 'src', 'benchmarks'].flatMap((name) => sourcesIn(join(project, name)));
  return createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, 16);
}

function sourcesIn(folder) {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.[tj]s$/.test(name),
  );
  return names.sort().map((name) => {
    const { size, mtimeMs } = statSync(join(folder, name));
    return `${join(folder, name)} ${size} ${mtimeMs}`;
  });
}

/** Renamed when it is done, so that a folder is whole or absent however many processes start at once. */
async function joinModules(entry, beside, folder) {
  const { build } = await import('esbuild');
  try {
    await build({
      ...{ entryPoints: [entry], outdir: beside, bundle: true, splitting: true },
      ...{ format: 'esm', platform: 'node', target: 'node20', packages: 'external', logLevel: 'silent' },
      plugins: [{ name: 'own address', setup: keepOwnAddress }],
    });
    // A temporary folder is its maker's alone; other users of the checkout read this one.
    chmodSync(beside, 0o755);
    renameSync(beside, folder);
  } catch (error) {
    rmSync(beside, { recursive: true, force: true });
    if (existsSync(folder)) return;
    // A mistake in the sources comes with a list; without one, esbuild's own process could not be started.
    throw error.errors ? error : Object.assign(error, { code: 'EMFILE' });
  }
}

/** A module's `import.meta.url` stays the address of its source, beside which the files lie that it reads. */
function keepOwnAddress({ onLoad }) {
  onLoad({ filter: /\.ts$/ }, ({ path }) => {
    const address = JSON.stringify(pathToFileURL(path).href);
    return {
      contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', () => address),
      loader: 'ts',
    };
  });
}

function dropOld(cache) {
  for (const name of readdirSync(cache)) {
    const folder = join(cache, name);
    const { mtimeMs } = statSync(folder, { throwIfNoEntry: false }) ?? {};
    if (Date.now() - mtimeMs > oldestKept) rmSync(folder, { recursive: true, force: true });
  }
}
