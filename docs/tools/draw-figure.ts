/**
 * Draws one figure of a results folder in the dark theme's colours: results/ has figures in light, README shows both.
 *
 *   npx tsx docs/tools/draw-figure.ts results/figure3-training-algorithms \
 *     figure3-training-algorithms-diagnostics-mlm-accuracy docs/images/masked-tokens-predicted-dark.svg
 */
import { writeFileSync } from 'node:fs';
import { readReportData } from '../../src/analysis/report-contents.ts';
import { writeVerdicts } from '../../src/analysis/verdicts.ts';
import { dark } from '../../src/report/figures/palette.ts';
import { figuresOf, sectionsOf } from '../../src/report/report-sections.ts';

const [results, id, path] = process.argv.slice(2);
if (!results || !id || !path) throw new Error('expected a results folder, a figure and a file to write');

const data = readReportData(results, writeVerdicts(results));
const panels = figuresOf(sectionsOf(data)).flatMap((figure) => figure.panels);
const panel = panels.find((candidate) => candidate.id === id);
if (!panel) throw new Error(`${id}: expected one of ${panels.map((each) => each.id).join(', ')}`);
writeFileSync(path, `${inDark(panel.svg)}\n`);

/** The dark theme's colours in place of the page's variables. */
function inDark(svg: string): string {
  const { series, ...named } = dark;
  const colours: Record<string, string> = { ...named };
  return svg.replace(/var\(--(?:series-(\d+)|([a-z]+))\)/g, (_, index, name) =>
    index === undefined ? colours[name]! : series[Number(index)]!,
  );
}
