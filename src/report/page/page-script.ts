/** The page's script: browser/page.ts with the parts of Plot that it uses, as one text. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../browser/page.ts', import.meta.url));
/** Only the package has it; `bin/build-package.ts` writes it. */
const joinedBefore = fileURLToPath(new URL('./page-script.json', import.meta.url));

export interface PageScript {
  text: string;
  /** Of the packages in it, which ask to be named wherever they are copied. */
  licences: string;
}

/** The script of every page. */
export function pageScript(): PageScript {
  return existsSync(joinedBefore) ? JSON.parse(readFileSync(joinedBefore, 'utf8')) : joinPageScript();
}

/** The same, made of its sources. */
export function joinPageScript(): PageScript {
  // Not imported above: the package comes without esbuild.
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof import('esbuild');
  const { outputFiles, metafile } = buildSync({
    entryPoints: [entry],
    absWorkingDir: dirname(entry),
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
  });
  const [bundle] = Object.values(metafile.outputs);
  const used = Object.entries(bundle!.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const folders = new Set(used.flatMap(([path]) => packageFolder(path) ?? []));
  return { text: outputFiles[0]!.text.trim(), licences: [...folders].sort().map(licenceIn).join('\n\n') };
}

/** Nothing is loaded, and no script runs but ours: the last lock should a name ever slip through unescaped. */
export function policyFor(script: string): string {
  const hash = createHash('sha256').update(script).digest('base64');
  // A drawing becomes pixels by way of an image whose data is in its address.
  return `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`;
}

/** `…/node_modules/@observablehq/plot` of a file in it; nothing of files of ours. */
function packageFolder(path: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

function licenceIn(folder: string): string {
  const path = join(dirname(entry), folder);
  const { name, version } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt'].map((name) => join(path, name)).find(existsSync);
  return `${name} ${version}\n${file ? readFileSync(file, 'utf8').trim() : ''}`;
}
