/** Writes the report beside the results: the page, the Markdown, and each figure as SVG and PNG. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { writeFileAtomically } from '../base/atomic-files.ts';
import { inLight } from './figures/palette.ts';
import { reportPage } from './page/report-page.ts';
import type { ReportData } from './report-data.ts';
import { reportMarkdown } from './report-markdown.ts';
import { figuresOf, sectionsOf } from './report-sections.ts';

/**
 * The same data gives the same bytes. Figures of an earlier report that this one does not draw are deleted.
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
  const paths = texts.map(([name, content]) => {
    const path = join(results, name);
    writeFileAtomically(path, content);
    return path;
  });
  deleteOthers(join(results, 'figures'), paths);
  return paths;
}

/** Only drawings that lie there as SVG and as PNG are ours. */
function deleteOthers(folder: string, paths: readonly string[]): void {
  const present = existsSync(folder) ? readdirSync(folder) : [];
  const drawn = new Set(paths.map((path) => basename(path)));
  for (const name of present.filter((name) => name.endsWith('.svg') && !drawn.has(name))) {
    const twin = name.replace(/svg$/, 'png');
    if (present.includes(twin)) for (const old of [name, twin]) rmSync(join(folder, old));
  }
}

/** Drawings as pixels, for slides. The font is in the package, so that text is there on a machine without any. */
const { resolve } = createRequire(import.meta.url);
const fontFiles = [
  resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf'),
  resolve('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf'),
];

/** Twice the drawing's size: sharp on a projector. */
const zoom = 2;

/** @param svg with its colours, on white */
function pngOf(svg: string): Uint8Array {
  const font = { fontFiles, loadSystemFonts: false, defaultFontFamily: 'Inter' };
  const image = new Resvg(svg, { font, background: '#ffffff', fitTo: { mode: 'zoom', value: zoom } });
  return image.render().asPng();
}
