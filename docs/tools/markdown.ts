/** What the tests and the linter read of a Markdown file: its links, its anchors, its code spans and its prose. */
import GithubSlugger from 'github-slugger';
import { marked, type Token, type Tokens } from 'marked';

/** Targets of links and pictures, HTML's too, in the order of the text. */
export function linksIn(markdown: string): string[] {
  return tokensIn(markdown).flatMap((token) => {
    if (token.type === 'link' || token.type === 'image') return [(token as Tokens.Link).href];
    if (token.type !== 'html') return [];
    return [...token.raw.matchAll(/\b(?:href|src|srcset)="([^"]+)"/g)].map(([, target]) => target!);
  });
}

/** The ids that GitHub gives to the headings. */
export function anchorsIn(markdown: string): string[] {
  const slugger = new GithubSlugger();
  return tokensIn(markdown).flatMap((token) =>
    token.type === 'heading' ? [slugger.slug(plainText(token as Tokens.Heading))] : [],
  );
}

/** The text of every code span. */
export function codeSpansIn(markdown: string): string[] {
  return tokensIn(markdown).flatMap((token) => (token.type === 'codespan' ? [token.text as string] : []));
}

/** The text of every block of code. */
export function codeBlocksIn(markdown: string): string[] {
  return tokensIn(markdown).flatMap((token) => (token.type === 'code' ? [token.text as string] : []));
}

/** A paragraph, heading, list item or table cell, as its reader sees it. */
export interface Passage {
  text: string;
  kind: 'paragraph' | 'heading' | 'item' | 'cell';
}

/** All prose, without blocks of code. A code span reads as one word. */
export function passagesIn(markdown: string): Passage[] {
  return tokensIn(markdown).flatMap((token): Passage[] => {
    if (token.type === 'paragraph') return [passage('paragraph', token)];
    if (token.type === 'heading') return [passage('heading', token)];
    if (token.type === 'text' && token.tokens) return [passage('item', token)];
    if (token.type !== 'table') return [];
    const { header, rows } = token as Tokens.Table;
    return [header, ...rows].flat().map((cell) => passage('cell', cell));
  });
}

function passage(kind: Passage['kind'], token: { tokens?: Token[] }): Passage {
  let spans = 0;
  const text = plainText(token, () => `Code${++spans}`);
  return { kind, text: text.replaceAll('\n', ' ').trim() };
}

/** Every token of the file, those within others after them. */
function tokensIn(markdown: string): Token[] {
  const found: Token[] = [];
  marked.walkTokens(marked.lexer(markdown), (token) => {
    found.push(token);
  });
  return found;
}

/** @param codeAs what stands for a code span, where not its own text */
function plainText({ tokens = [] }: { tokens?: Token[] }, codeAs?: () => string): string {
  return tokens
    .map((token): string => {
      if (token.type === 'codespan' && codeAs) return codeAs();
      if ('tokens' in token && token.tokens) return plainText(token, codeAs);
      return token.type === 'html' || token.type === 'image' ? '' : 'text' in token ? token.text : token.raw;
    })
    .join('')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'");
}
