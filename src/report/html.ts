/** HTML from templates in which every value is escaped; only what is Html already stays as it is. */

export class Html {
  constructor(readonly text: string) {}
}

export type Fill = Html | string | number | undefined | false | readonly Fill[];

/** ``html`<p>${name}</p>` ``: `name` cannot become markup, nor end an attribute in double quotes. */
export function html(parts: TemplateStringsArray, ...fills: Fill[]): Html {
  return new Html(parts.reduce((text, part, i) => text + textOf(fills[i - 1]) + part));
}

/** Markup that was made elsewhere, such as a drawing. */
export function trusted(text: string): Html {
  return new Html(text);
}

function textOf(fill: Fill): string {
  if (fill === undefined || fill === false) return '';
  if (fill instanceof Html) return fill.text;
  if (Array.isArray(fill)) return fill.map(textOf).join('');
  return escapeHtml(String(fill));
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and attributes, in HTML and XML alike. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

/** JSON for inside a script element: no `<` is left that could end it or open a comment. */
export function scriptJson(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll('<', '\\u003c'));
}
