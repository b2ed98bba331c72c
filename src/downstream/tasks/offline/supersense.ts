/**
 * Supersense of a definition: which of WordNet's lexicographer files (noun.animal, verb.motion, …) it is from. 45
 * classes; 8,000 definitions to train on, 2,000 of other words to be scored on.
 */
import { RandomStream } from '../../../base/random.ts';
import { type Synset, supersenses } from '../../../data/corpora/wordnet-files.ts';
import type { Task, TaskExample } from '../task.ts';
import { wordnetParts, wordnetSource } from './wordnet-parts.ts';

/** Small enough to fine-tune in a minute; the dev set's standard error is at most 1.1 points. */
const trainCount = 8000;
const devCount = 2000;

export const supersense: Task = {
  name: 'supersense',
  suite: 'offline',
  title: 'Supersense of a WordNet definition',
  source: `lexicographer files of ${wordnetSource}`,
  labels: supersenses,
  metrics: ['accuracy'],
  maxLength: 64,
  load() {
    const { open, reserved } = wordnetParts();
    const chosen = (synsets: Synset[], part: string, count: number) =>
      new RandomStream('supersense', part).shuffle(examplesFrom(synsets)).slice(0, count);
    return { train: chosen(open, 'train', trainCount), dev: { dev: chosen(reserved, 'dev', devCount) } };
  },
};

/** One example a definition; a definition that two supersenses share has no right answer and is left out. */
export function examplesFrom(synsets: Iterable<Synset>): TaskExample[] {
  const labels = new Map<string, number | undefined>();
  for (const { definition, supersense: label } of synsets) {
    if (definition === '') continue;
    const isNew = !labels.has(definition);
    labels.set(definition, isNew || labels.get(definition) === label ? label : undefined);
  }
  return [...labels].flatMap(([first, label]) => (label === undefined ? [] : [{ first, label }]));
}
