/** The page's curves: their switches, and where they are drawn. */
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
