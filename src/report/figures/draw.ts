/** From Plot's marks to SVG text, without a browser. */
import { type PlotOptions, plot } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { escapeHtml } from '../html.ts';

/** The family that PNG files carry (see write-report.ts); a browser takes its own where it is missing. */
const fontFamily = 'Inter, system-ui, sans-serif';
export const figureWidth = 440;

/** @param alternative what the drawing shows, for those who do not see it */
export function drawSvg(options: PlotOptions, alternative: string): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = plot({ width: figureWidth, className: 'plot', ...options, document } as PlotOptions);
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  svg.setAttribute('font-family', fontFamily);
  svg.setAttribute('font-size', '12');
  // Written by hand: linkedom leaves `<` in attributes, which HTML allows and a file of its own does not.
  const described = svg.outerHTML.replace('<svg', `<svg role="img" aria-label="${escapeHtml(alternative)}"`);
  // Plot computes in doubles; a hundredth of a pixel cannot be seen.
  return withPlainGroups(described).replace(/\d+\.\d{6,}/g, (digits: string) =>
    String(Number(Number(digits).toFixed(2))),
  );
}

/** What all figures share: quiet axes, and room on the left for the longest label. */
export const baseOptions = {
  style: { background: 'none', color: 'var(--text)' },
  insetTop: 6,
  insetRight: 6,
} satisfies PlotOptions;

/** Plot names its groups for screen readers, which ARIA allows no group without a role; the drawing as a whole has a name. */
function withPlainGroups(svg: string): string {
  return svg.replace(/<g [^>]*>/g, (tag) => tag.replace('aria-label=', 'data-mark='));
}
