/**
 * The report's colours. Figures name CSS variables, so that one drawing serves light and dark; a figure in a file of its
 * own has the light ones in it.
 *
 * The series were moved from Okabe and Ito's colours by a search: every two keep a distance in OKLab of at least 0.079 to
 * an eye without red, green or blue cones (Machado, Oliveira and Fernandes 2009, severity 1), and each has a contrast of
 * 3 or more to its background. test/report/palette.test.ts holds it.
 */

interface Theme {
  text: string;
  muted: string;
  line: string;
  surface: string;
  raised: string;
  accent: string;
  holds: string;
  reverses: string;
  open: string;
  series: readonly string[];
}

export const light: Theme = {
  text: '#1b1f24',
  muted: '#56606b',
  line: '#d5dae0',
  surface: '#ffffff',
  raised: '#f6f7f9',
  accent: '#0b5cad',
  holds: '#0c6b3f',
  reverses: '#a23900',
  open: '#56606b',
  series: ['#2a87c2', '#a23900', '#0c5759', '#b35789', '#947d02', '#2a2b2b', '#6a4fc3'],
};

export const dark: Theme = {
  text: '#e6e9ed',
  muted: '#a3adb8',
  line: '#39414b',
  surface: '#15181d',
  raised: '#1d2127',
  accent: '#7ab8ff',
  holds: '#5fd39a',
  reverses: '#ff9d6c',
  open: '#a3adb8',
  series: ['#76d2ff', '#f59150', '#20c399', '#c18cda', '#e6cf4a', '#e8e8e8', '#856eee'],
};

/** One more than the colours: fifty-six arms differ in one or the other. */
const symbols = ['circle', 'square', 'triangle', 'diamond', 'cross', 'star', 'wye', 'hexagon'] as const;

export type SeriesSymbol = (typeof symbols)[number];

/**
 * Arms that have a colour and a shape of their own on every page, whichever others are there: the regimes that reports
 * were first made of. All others, new regimes too, get theirs by `indicesOf`.
 */
export const knownArms: readonly string[] = [
  ...['joint', 'two-stage', 'adversarial', 'bert', 'electra-15', 'replace-mlm', 'all-tokens-mlm'],
  ...['frozen-annealed', 'gumbel-adversarial'],
];

/** Known arms have their own index; the others take those after, with colours that are still free as long as there are any. */
export function indicesOf(names: readonly string[]): number[] {
  const taken = new Set(names.map((name) => knownArms.indexOf(name)).filter((index) => index >= 0));
  return names.map((name) => {
    const known = knownArms.indexOf(name);
    if (known >= 0) return known;
    const index = firstFree(taken);
    taken.add(index);
    return index;
  });
}

function firstFree(taken: ReadonlySet<number>): number {
  const count = light.series.length;
  const colours = new Set([...taken].map((index) => index % count));
  let index = knownArms.length;
  while (taken.has(index) || (colours.size < count && colours.has(index % count))) index++;
  return index;
}

/** @param index of the series, see `indicesOf` */
export function colourOf(index: number): string {
  return `var(--series-${index % light.series.length})`;
}

/** Of a line without symbols: dashed where its colour comes again. */
export function isDashed(index: number): boolean {
  return index % (2 * light.series.length) >= light.series.length;
}

export function symbolOf(index: number): SeriesSymbol {
  return symbols[index % symbols.length]!;
}

/** The variables of both themes, as a style sheet. */
export function themeCss(): string {
  return `:root {\n${declarations(light)}\n}\n@media (prefers-color-scheme: dark) {\n:root {\n${declarations(dark)}\n}\n}\n`;
}

/** A drawing with the light theme's colours in place of the variables. */
export function inLight(svg: string): string {
  return Object.entries(variables(light)).reduce(
    (text, [name, colour]) => text.replaceAll(`var(${name})`, colour),
    svg,
  );
}

function declarations(theme: Theme): string {
  return Object.entries(variables(theme))
    .map(([name, colour]) => `${name}: ${colour};`)
    .join('\n');
}

function variables({ series, ...named }: Theme): Record<string, string> {
  const entries = Object.entries(named).map(([name, colour]) => [`--${name}`, colour]);
  return Object.fromEntries([...entries, ...series.map((colour, i) => [`--series-${i}`, colour])]);
}
