/**
 * Makes `dist/`, which the npm package has instead of the sources: what the compiler makes of them, the files beside them
 * that are read at run time, and the page's script, joined.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { joinPageScript } from '../src/report/page/page-script.ts';

const project = join(import.meta.dirname, '..');
const [sources, built] = ['src', 'dist'].map((name) => join(project, name)) as [string, string];
/** Kinds of files that are read as they are. */
const readAsIs = ['.css', '.yaml'];

rmSync(built, { recursive: true, force: true });
const compiler = createRequire(import.meta.url).resolve('typescript/package.json');
execFileSync(process.execPath, [join(compiler, '../bin/tsc'), '-p', 'tsconfig.build.json'], {
  cwd: project,
  stdio: 'inherit',
});
for (const name of readdirSync(sources, { recursive: true, encoding: 'utf8' })) {
  if (readAsIs.includes(extname(name))) cpSync(join(sources, name), join(built, name));
}
writeFileSync(join(built, 'report/page/page-script.json'), JSON.stringify(joinPageScript()));
