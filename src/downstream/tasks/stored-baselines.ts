/** What baselines answer, kept in the cache: they depend on a task's texts only, and cost as much as fine-tuning does. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256, writeFileAtomically } from '../../base/atomic-files.ts';
import { bagOfWordsVersion } from '../linear/bag-of-words.ts';
import { type Answers, answerByBaselines, type Baselines } from './answer-scores.ts';
import type { Task, TaskData } from './task.ts';

/** Read from the cache, or made and written there; a file that is not as it was written is made anew. */
export function storedBaselines(task: Task, data: TaskData, cacheFolder: string): Baselines {
  const content = JSON.stringify([bagOfWordsVersion, task.labels, data.train, data.dev]);
  const path = join(cacheFolder, `baselines-${sha256(content).slice(0, 16)}.json`);
  const stored = existsSync(path) ? parse(readFileSync(path, 'utf8')) : undefined;
  if (stored) return stored;
  const baselines = answerByBaselines(task, data);
  const { majority, bagOfWords } = baselines;
  const answers = JSON.stringify({ majority: plain(majority), bagOfWords: plain(bagOfWords) });
  writeFileAtomically(path, JSON.stringify({ sha256: sha256(answers), answers }));
  return baselines;
}

type StoredAnswers = Record<keyof Baselines, Record<string, number[]>>;

function parse(text: string): Baselines | undefined {
  try {
    const stored = JSON.parse(text) as { sha256: string; answers: string };
    if (sha256(stored.answers) !== stored.sha256) return undefined;
    const { majority, bagOfWords } = JSON.parse(stored.answers) as StoredAnswers;
    return { majority: typed(majority), bagOfWords: typed(bagOfWords) };
  } catch {
    return undefined;
  }
}

function plain(answers: Answers): Record<string, number[]> {
  return Object.fromEntries(Object.entries(answers).map(([part, values]) => [part, [...values]]));
}

function typed(answers: Record<string, number[]>): Answers {
  return Object.fromEntries(
    Object.entries(answers).map(([part, values]) => [part, Float64Array.from(values)]),
  );
}
