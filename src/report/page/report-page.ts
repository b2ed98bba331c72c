/** report.html: one file that needs nothing else, in the order in which a reader asks. */
import { readFileSync } from 'node:fs';
import { curveData } from '../curve-data.ts';
import { costsNote, frozenNote, glossary, predictorNote } from '../explanations.ts';
import { themeCss } from '../figures/palette.ts';
import { type Html, html, scriptJson, trusted } from '../html.ts';
import { pairsTables } from '../pairs-tables.ts';
import type { ReportData } from '../report-data.ts';
import type { Section } from '../report-sections.ts';
import { studyFacts, studyWords } from '../study-facts.ts';
import {
  averagesOf,
  belowWords,
  recipeWords,
  type SummaryTable,
  scoresOf,
  summaryTable,
} from '../summary-words.ts';
import type { SummaryRow } from '../verdict-rows.ts';
import { claimUnderTest } from '../verdict-words.ts';
import { curvesSection } from './curves-section.ts';
import { figureHtml, table } from './figures.ts';
import { pageScript, policyFor } from './page-script.ts';
import { claimsSection, runsSection } from './table-sections.ts';
import { textSection } from './text-section.ts';

const style = readFileSync(new URL('./report.css', import.meta.url), 'utf8');

export function reportPage(data: ReportData, sections: readonly Section[]): string {
  const script = pageScript();
  const curves = curveData(data);
  const isPlural = data.runs.length !== 1;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policyFor(script.text)}">
<meta name="color-scheme" content="light dark">
<title>${data.title}: electra-lab report</title>
<style>${trusted(themeCss() + style)}</style>
</head>
<body>
<header>
<h1>${data.title}</h1>
${navigation(data, sections)}
</header>
<main>
${sections.map(answerSection)}
${claimsSection(data)}
<section id="measurements"><h2>Measurements</h2>
<p class="note"><code>electra-lab report</code> read ${data.runs.length} ${isPlural ? 'runs' : 'run'} from this results folder.
Everything here holds at the scale that was run, which each experiment states.</p>
${sections.map(measurements)}
</section>
${textSection(sections)}
${curvesSection(curves, frozenNote(data.runs))}
<section id="diagnostics"><h2>Diagnostics</h2>
<p class="note">${glossary}</p>
${sections.map(({ title, arms, diagnostics }) => html`<h3>${title}</h3><p class="note">${predictorNote(arms)}</p>${figureHtml(diagnostics)}`)}
</section>
<section id="costs"><h2>Costs</h2>
<p class="note">${costsNote}</p>
${sections.map(({ title, costs }) => html`<h3>${title}</h3>${figureHtml(costs)}`)}
</section>
${runsSection(data.runs)}
</main>
<footer>
<details><summary>Licences of the software in this page</summary><pre tabindex="0">${script.licences}</pre></details>
</footer>
<script type="application/json" id="curve-data">${scriptJson(curves)}</script>
<script>${trusted(script.text)}</script>
</body>
</html>
`.text;
}

function navigation(data: ReportData, sections: readonly Section[]): Html {
  const places = [
    ...(sections.length > 1 ? sections.map(({ title }, i) => [`experiment-${i}`, title]) : []),
    ['claims', 'Claims'],
    ['measurements', 'Measurements'],
    ...(data.runs.some(({ text }) => text) ? [['text', 'Text']] : []),
    ['curves', 'Curves'],
    ['diagnostics', 'Diagnostics'],
    ['costs', 'Costs'],
    ['runs', 'Every run'],
  ];
  return html`<nav aria-label="Sections"><ul>${places.map(([id, words]) => html`<li><a href="#${id}">${words}</a></li>`)}</ul></nav>`;
}

/** What a reader sees before scrolling: what was found, how sure it is, and the picture of it. */
function answerSection({ title, answer, claims, main }: Section, index: number): Html {
  return html`<section class="answer" id="experiment-${index}">
<h2>${title}</h2>
<p class="finding">${answer.sentence}</p>
${answer.besides.length > 0 && html`<p class="besides">${answer.besides.join(' ')}</p>`}
<div class="pictures">${claims && figureHtml(claims)}${figureHtml(main)}</div>
</section>`;
}

function measurements({ title, experiment, arms }: Section): Html {
  return html`<h3>${title}</h3>
${experiment && html`<p>${claimUnderTest(experiment)}</p><p><code>${experiment.command}</code></p>`}
${scaleBlock(arms, experiment)}
${recipeNote(arms)}
${experiment && experiment.summary.length > 0 && summaryTables(experiment.summary, arms)}
${pairsTables(arms, 'terms').map(tableOf)}
${pairsTables(arms, 'paradigms').map((one) => html`<details><summary>Minimal pairs by paradigm</summary>${tableOf(one)}</details>`)}`;
}

/** Folded: the line that is always seen has what decides which scale it is. */
function scaleBlock(arms: Section['arms'], experiment: Section['experiment']): Html {
  const facts = studyFacts(arms, experiment).map(
    ([name, words]) => html`<div><dt>${name}</dt><dd>${words}</dd></div>`,
  );
  return html`<details class="scale"><summary>The scale that was run: ${studyWords(arms, experiment)}</summary><dl class="facts">${facts}</dl></details>`;
}

function recipeNote(arms: Section['arms']): Html | false {
  const words = recipeWords(arms);
  return words !== '' && html`<p class="note">${words}</p>`;
}

function summaryTables(summary: readonly SummaryRow[], arms: Section['arms']): Html {
  const averages = averagesOf(summary);
  const scores = averages.length > 0 ? averages : scoresOf(summary);
  const below = belowWords(summary, arms);
  return html`${scores.length > 0 && tableOf(summaryTable('Scores by arm', scores, arms))}
${below !== '' && html`<p class="note">${below}</p>`}
<details><summary>All measurements by arm</summary>${tableOf(summaryTable('All measurements by arm', summary, arms))}</details>`;
}

function tableOf({ header, rows, caption }: SummaryTable): Html {
  return table(header, rows, caption);
}
