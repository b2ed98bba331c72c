/**
 * Supersense of a word in a sentence: WordNet's example sentences, of words that have them for two supersenses or more.
 * A word is shown as often in one supersense as in the other.
 */
import { groupBy } from '../../../base/group.ts';
import { RandomStream } from '../../../base/random.ts';
import { wordnetParts, wordnetSource } from '../../../data/corpora/reserved.ts';
import { type Synset, supersenses } from '../../../data/corpora/wordnet-files.ts';
import type { Task, TaskExample } from '../task.ts';

/** Of one word and supersense. */
const mostPerClass = 8;

export const wordSupersense: Task = {
  name: 'word-supersense',
  suite: 'offline',
  title: 'Supersense of a word in a sentence',
  source: `example sentences of ${wordnetSource}`,
  labels: supersenses,
  metrics: ['accuracy'],
  maxLength: 64,
  load() {
    const { open, reserved } = wordnetParts();
    return { train: examplesFrom(open, 'train'), dev: { dev: examplesFrom(reserved, 'dev') } };
  },
};

/** A sentence that the corpora have too, and that models may therefore have read; a test finds it. */
const readElsewhere = 'authority for the program was renewed several times';

interface Sentence {
  headWord: string;
  /** Index into `supersenses`. */
  supersense: number;
  text: string;
}

function examplesFrom(synsets: readonly Synset[], part: string): TaskExample[] {
  const random = new RandomStream('word-supersense', part);
  const chosen = [...groupBy(sentencesOf(synsets), ({ headWord }) => headWord).values()].flatMap((group) => {
    const classes = [...groupBy(group, ({ supersense }) => supersense).values()];
    const [first, second = []] = classes.toSorted((a, b) => b.length - a.length) as [Sentence[], Sentence[]?];
    const count = Math.min(mostPerClass, second.length);
    return [first, second].flatMap((all) => random.shuffle([...all]).slice(0, count));
  });
  return random.shuffle(chosen).map(exampleOf);
}

/** Sentences that show a synset's head word as it is listed, each once and of one supersense. */
function sentencesOf(synsets: readonly Synset[]): Sentence[] {
  const all = synsets.flatMap(({ words, supersense, examples }) =>
    examples
      .filter((text) => text !== readElsewhere)
      .map((text) => ({ headWord: words[0]!.toLowerCase(), supersense, text })),
  );
  const shown = all.filter(({ headWord, text }) => placeOf(headWord, text) && text.split(' ').length > 2);
  return [...groupBy(shown, ({ headWord, text }) => `${headWord}\n${text}`).values()].flatMap((same) =>
    same.every(({ supersense }) => supersense === same[0]!.supersense) ? [same[0]!] : [],
  );
}

/** The first place of a word in a text, whatever its case: a whole word. */
export function placeOf(word: string, text: string): readonly [from: number, to: number] | undefined {
  const [wanted, all] = [word.toLowerCase(), text.toLowerCase()];
  for (let from = all.indexOf(wanted); from >= 0; from = all.indexOf(wanted, from + 1)) {
    const to = from + wanted.length;
    if (!isOfWord(all[from - 1]) && !isOfWord(all[to])) return [from, to];
  }
  return undefined;
}

function isOfWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

/** Sentences of one word are no independent observations. */
function exampleOf({ headWord, supersense, text }: Sentence): TaskExample {
  return { first: text, word: placeOf(headWord, text)!, document: headWord, label: supersense };
}
