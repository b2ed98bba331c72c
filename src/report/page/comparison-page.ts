/** A comparison as a page: its tables, and the curves of all runs in one figure. */
import { readFileSync } from 'node:fs';
import { type ComparisonTables, comparisonNote, comparisonTables } from '../comparison-words.ts';
import { curveData } from '../curve-data.ts';
import { themeCss } from '../figures/palette.ts';
import { html, scriptJson, trusted } from '../html.ts';
import type { ExperimentReport, RunReport } from '../report-data.ts';
import { curvesSection } from './curves-section.ts';
import { table } from './figures.ts';
import { pageScript, policyFor } from './page-script.ts';

const style = readFileSync(new URL('./report.css', import.meta.url), 'utf8');

/** What is compared under one heading: the tables, and its subjects' runs, by their ids in the page. */
export interface ComparisonPart extends ComparisonTables {
  name: string;
  curves: readonly { name: string; runIds: string[] }[];
}

/** @param runs of all parts, each with an id of its own */
export function comparisonPage(title: string, parts: readonly ComparisonPart[], runs: RunReport[]): string {
  const script = pageScript();
  const curves = curveData({ title, runs, experiments: parts.map(asExperiment) });
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policyFor(script.text)}">
<meta name="color-scheme" content="light dark">
<title>${title}: electra-lab comparison</title>
<style>${trusted(themeCss() + style)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="lead">${comparisonNote}</p>
</header>
<main>
${parts.map(
  (part) => html`<section>${part.name !== '' && html`<h2>${part.name}</h2>`}
${comparisonTables(part).map(({ header, rows, caption }) => (rows.length > 0 ? table(header, rows, caption) : html`<p>${caption}.</p>`))}</section>`,
)}
${curvesSection(curves, '')}
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

/** Curves are looked at by experiment; here, by what is compared. */
function asExperiment({ name, curves }: ComparisonPart): ExperimentReport {
  const arms = curves.map((subject) => ({ ...subject, coordinates: {} }));
  const nothing = { claim: '', command: '', preset: '', tasks: [], averages: {}, claims: [], summary: [] };
  return { name, title: name === '' ? 'what is compared' : name, arms, ...nothing };
}
