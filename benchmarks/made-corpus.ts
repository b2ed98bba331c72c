/** A folder of text as large as one likes: real sentences of the embedded corpora, drawn at random, hard-wrapped. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RandomStream } from '../src/base/random.ts';
import { sentencesOf } from '../src/data/corpora/plain-text.ts';
import { corpusNamed } from '../src/data/corpora/registry.ts';

const sources = ['gutenberg', 'sotu', 'brown'];
const fileBytes = 1e6;
const lineWidth = 72;

/** Writes files of one megabyte each, all different and the same every time. */
export function makeCorpus(folder: string, megabytes: number): void {
  mkdirSync(folder, { recursive: true });
  const sentences = sources.flatMap((name) =>
    [...corpusNamed(name).documents()].flatMap(({ paragraphs }) => paragraphs.flatMap(sentencesOf)),
  );
  for (let file = 0; file < megabytes; file++) {
    const random = new RandomStream('made corpus', file);
    const name = `${String(file).padStart(5, '0')}.txt`;
    writeFileSync(join(folder, name), drawText(sentences, random));
  }
}

function drawText(sentences: readonly string[], random: RandomStream): string {
  const paragraphs: string[] = [];
  for (let size = 0; size < fileBytes; size += paragraphs.at(-1)!.length + 2) {
    const drawn = Array.from(
      { length: 1 + random.integer(8) },
      () => sentences[random.integer(sentences.length)]!,
    );
    paragraphs.push(wrap(drawn.join(' ')));
  }
  return paragraphs.join('\n\n');
}

function wrap(text: string): string {
  return text.replace(new RegExp(`(.{1,${lineWidth}})(?: |$)`, 'g'), '$1\n').trimEnd();
}
