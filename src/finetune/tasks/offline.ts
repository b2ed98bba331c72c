/** The offline suite: tasks from the corpus packages, each with real labels unless it says otherwise. No download. */
import type { Task } from '../task.ts';
import { acceptability } from './offline/acceptability.ts';
import { definitionPair } from './offline/definition-pair.ts';
import { genre } from './offline/genre.ts';
import { hypernymy } from './offline/hypernymy.ts';
import { partOfSpeech } from './offline/part-of-speech.ts';
import { similarity } from './offline/similarity.ts';
import { supersense } from './offline/supersense.ts';
import { wordInContext } from './offline/word-in-context.ts';

/** What recipes for small models are tuned on: the one task that even they clearly learn. No average includes it. */
export const tuningTask: Task = supersense;

export const offlineTasks: readonly Task[] = [
  ...[partOfSpeech, genre, hypernymy, definitionPair, wordInContext, similarity, acceptability],
];
