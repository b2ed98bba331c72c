/** The paper's claims with their verdicts, first on the page. */
import { computeWords } from '../compute-words.ts';
import { type Html, html } from '../html.ts';
import { measureNamed, showDifference } from '../metric-display.ts';
import type { ReportData } from '../report-data.ts';
import type { ClaimRow } from '../verdict-rows.ts';
import {
  meansWords,
  measuredBy,
  measuredDifference,
  paperWords,
  pValues,
  seedsWords,
  tallyWords,
  verdictNote,
  verdictSigns,
  verdictWords,
} from '../verdict-words.ts';

export function claimsSection({ experiments }: ReportData): Html {
  const claims = experiments.flatMap((experiment) => experiment.claims);
  if (claims.length === 0)
    return html`<section id="claims"><h2>Claims</h2><p>No verdicts: they need an experiment (<code>electra-lab sweep</code>) whose file has <code>claims</code>.</p></section>`;
  return html`<section id="claims">
<h2>Claims</h2>
<p class="lead">${claims.length} ${claims.length === 1 ? 'claim' : 'claims'}: ${tallyWords(claims)}.</p>
<p class="note">${verdictNote} The paper's numbers stand here for reading; they are of another measure and no difference to ours is taken.</p>
${experiments
  .filter((experiment) => experiment.claims.length > 0)
  .map(
    (experiment) => html`<h3>${experiment.title}</h3>
<ul class="claims">${experiment.claims.map(claimCard)}</ul>`,
  )}
</section>`;
}

function claimCard(claim: ClaimRow): Html {
  const { verdict, reason, otherSource } = claim;
  const facts: [string, string][] = [
    ['Our difference', measuredDifference(claim)],
    ['Our means', meansWords(claim)],
    ['Training', computeWords(claim)],
    ['Measured by', measuredBy(claim)],
    ['Seeds', seedsWords(claim)],
    ['p', pValues(claim)],
    ['Over seeds and examples', bootstrapWords(claim)],
    ['The paper, for reading', paperWords(claim)],
    ['Another source', otherSource ?? ''],
    ['Why', reason ?? ''],
  ];
  return html`<li class="claim ${verdict}">
<p class="verdict"><span class="badge ${verdict}"><span aria-hidden="true">${verdictSigns[verdict]}</span> ${verdictWords(claim)}</span></p>
<p class="says">${claim.claim}</p>
<dl>${facts.filter(([, text]) => text !== '').map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl>
</li>`;
}

function bootstrapWords({ metric, bootstrapLow, bootstrapHigh }: ClaimRow): string {
  if (bootstrapLow === undefined) return '';
  const measure = measureNamed(metric);
  return `${showDifference(measure, bootstrapLow)} to ${showDifference(measure, bootstrapHigh)} (Multi-Bootstrap, 95 %)`;
}
