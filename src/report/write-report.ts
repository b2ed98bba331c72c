/** Writes the report beside the results: the page, the Markdown, and each figure as SVG and PNG. */
import { join } from 'node:path';
import { writeFileAtomically } from '../base/atomic-files.ts';
import { inLight } from './figures/palette.ts';
import { pngOf } from './figures/png.ts';
import { reportPage } from './page/report-page.ts';
import type { ReportData } from './report-data.ts';
import { reportMarkdown } from './report-markdown.ts';
import { figuresOf, sectionsOf } from './sections.ts';

/**
 * The same data gives the same bytes.
 *
 * @returns the paths, the page first
 * @throws {DataError} if the folder cannot be written
 */
export function writeReport(results: string, data: ReportData): string[] {
  const sections = sectionsOf(data);
  const panels = figuresOf(sections).flatMap((figure) => figure.panels);
  const texts: [string, string | Uint8Array][] = [
    ['report.html', reportPage(data, sections)],
    ['report.md', reportMarkdown(data, sections)],
    ...panels.flatMap(({ id, svg }): [string, string | Uint8Array][] => {
      const drawing = inLight(svg);
      return [
        [join('figures', `${id}.svg`), `${drawing}\n`],
        [join('figures', `${id}.png`), pngOf(drawing)],
      ];
    }),
  ];
  return texts.map(([name, content]) => {
    const path = join(results, name);
    writeFileAtomically(path, content);
    return path;
  });
}
