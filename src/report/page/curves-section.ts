/** The page's curves: their switches, where they are drawn, and the script that draws them. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { CurveData } from '../curve-data.ts';
import { type Html, html } from '../html.ts';

const axes = [
  ['step', 'training steps'],
  ['tokens', 'tokens read'],
  ['flops', 'executed FLOPs'],
];

/** @param note what a reader must know of these runs */
export function curvesSection({ groups, metrics, thinnedTo }: CurveData, note: string): Html {
  if (groups.length === 0)
    return html`<section id="curves"><h2>Training curves</h2><p>No run has written a curve yet.</p></section>`;
  return html`<section id="curves">
<h2>Training curves</h2>
<div class="switches">
${choice(
  'curve-group',
  'Runs of',
  groups.map(({ name }) => [name, name]),
)}
${choice(
  'curve-metric',
  'Measurement',
  metrics.map(({ name, label }) => [name, label]),
)}
${choice('curve-axis', 'Against', axes)}
</div>
<fieldset id="curve-arms"><legend>Arms</legend></fieldset>
<div id="curve-chart" tabindex="0" role="group" aria-label="Curves; arrow keys go along a run and from run to run">
<noscript>A script in this page draws the curves; curves.csv has their values.</noscript></div>
<output id="curve-point" class="unseen"></output>
<p class="note">Each line is one run; point at it for its values, or step through them with the arrow keys.
Training losses are means since the last point.${thinnedTo > 0 && thinnedNote(thinnedTo)}
Tokens and FLOPs of a step are interpolated between stored points. ${note}</p>
<div class="scroll" tabindex="0" role="group" aria-label="Last values of the curves"><table id="curve-last">
<caption>Last values</caption>
<thead><tr><th scope="col">arm</th><th scope="col">runs</th><th scope="col">mean</th><th scope="col">range</th></tr></thead>
<tbody></tbody>
</table></div>
</section>`;
}

function thinnedNote(points: number): string {
  return ` Long curves are thinned to at most ${points} points that keep the peaks; curves.csv has every point.`;
}

function choice(id: string, label: string, options: readonly (readonly string[])[]): Html {
  return html`<label for="${id}">${label} <select id="${id}">${options.map(([value, words]) => html`<option value="${value}">${words}</option>`)}</select></label>`;
}

/** The page's script: browser/page.ts with the parts of Plot that it uses, as one text. */
const entry = fileURLToPath(new URL('../browser/page.ts', import.meta.url));

interface PageScript {
  text: string;
  /** Of the packages in it, which ask to be named wherever they are copied. */
  licences: string;
}

export function pageScript(): PageScript {
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
