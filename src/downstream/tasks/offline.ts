/** The offline suite: tasks from the corpus packages, each with real labels unless it says otherwise. No download. */
import { acceptability } from './offline/acceptability.ts';
import { definitionPair } from './offline/definition-pair.ts';
import { genre } from './offline/genre.ts';
import { hypernymy } from './offline/hypernymy.ts';
import { numberAgreement } from './offline/number-agreement.ts';
import { partOfSpeech } from './offline/part-of-speech.ts';
import { similarity } from './offline/similarity.ts';
import { supersense } from './offline/supersense.ts';
import { verbForm } from './offline/verb-form.ts';
import { wordInContext } from './offline/word-in-context.ts';
import { wordSupersense } from './offline/word-supersense.ts';
import { wordTag } from './offline/word-tag.ts';
import type { Task } from './task.ts';

/** What recipes and arms are tuned on, and no average includes. */
export const tuningTasks: readonly Task[] = [verbForm, supersense];

export const offlineTasks: readonly Task[] = [
  partOfSpeech,
  genre,
  hypernymy,
  definitionPair,
  wordInContext,
  similarity,
  acceptability,
];

/** Asked of a word, above all by probes, and in no average. */
export const wordTasks: readonly Task[] = [wordTag, numberAgreement, wordSupersense];
