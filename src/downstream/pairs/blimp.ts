/**
 * BLiMP from a folder: 67 files of 1,000 pairs each, one file a paradigm and one line a pair. Its sentences are generated
 * from templates; the files are alexwarstadt/blimp's (CC-BY), and no part of this repository.
 *
 * @source Warstadt et al. 2020, BLiMP: The Benchmark of Linguistic Minimal Pairs for English
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { sha256 } from '../../base/atomic-files.ts';
import { DataError, explain } from '../../base/errors.ts';
import { unreadable } from '../../base/system-errors.ts';
import { readText } from '../../data/corpora/text-file.ts';
import { type MinimalPair, type PairSet, type Paradigm, versionOf } from './pair-set.ts';

const text = z.string().min(1);
/** The keys that are read, of a line's twelve. */
const lineShape = z.looseObject({
  sentence_good: text,
  sentence_bad: text,
  field: text,
  linguistics_term: text,
  UID: text,
});
type Line = z.infer<typeof lineShape>;

/**
 * @param folder of files like `adjunct_island.jsonl`; others are not looked at
 * @param most pairs of each paradigm, the first of its file; all lines are checked
 * @throws {DataError} with file and line, if a line is no pair of the file's paradigm
 */
export function readBlimp(folder: string, most: number): PairSet {
  const paths = pairFiles(folder);
  const paradigms = paths.map((path) => readParadigm(path, most));
  const twin = paradigms.findIndex(({ name }, i) => paradigms.findIndex((one) => one.name === name) < i);
  if (twin >= 0) {
    const remedy = 'keep one of the two files';
    throw new DataError(explain(paths[twin]!, 'a paradigm of its own', paradigms[twin]!.name, remedy));
  }
  const version = versionOf(`${most}-${sha256(JSON.stringify(paradigms)).slice(0, 10)}`);
  return { name: 'blimp', version, paradigms: () => paradigms };
}

/** @throws {DataError} if there is no such folder, or none in it */
function pairFiles(folder: string): string[] {
  const names = namesIn(folder).filter((name) => name.endsWith('.jsonl'));
  if (names.length > 0) return names.sort().map((name) => join(folder, name));
  const remedy = 'name the folder that adjunct_island.jsonl is in, or get it with `electra-lab data blimp`';
  throw new DataError(explain(folder, "BLiMP's .jsonl files", 'none', remedy));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw unreadable(folder, 'a folder that can be read', error);
  }
}

/** Pairs are in the order of the file; field and term are those of its first line. */
function readParadigm(path: string, most: number): Paradigm {
  const lines = readText(path)
    .replace(/\s+$/, '')
    .split('\n')
    .map((line, i) => parseLine(line, `${path}:${i + 1}`));
  const { UID: name, field, linguistics_term: term } = lines[0]!;
  const stranger = lines.findIndex(({ UID }) => UID !== name);
  if (stranger >= 0) {
    const [where, rule] = [`${path}:${stranger + 1}: UID`, `${name}, as in line 1`];
    throw new DataError(explain(where, rule, lines[stranger]!.UID, 'one file holds one paradigm'));
  }
  const pairs = lines.slice(0, most).map(pairOf);
  // One of the 67 files writes syntax/semantics where the others have an underscore.
  return { name, field: field.replaceAll('/', '_'), term, pairs };
}

function pairOf({ sentence_good, sentence_bad }: Line): MinimalPair {
  return { better: sentence_good, worse: sentence_bad };
}

function parseLine(line: string, where: string): Line {
  const remedy = `check that ${basename(where.replace(/:\d+$/, ''))} is as it was downloaded`;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new DataError(explain(where, 'a pair of sentences in JSON', line, remedy));
  }
  const { data, error } = lineShape.safeParse(value, { reportInput: true });
  if (data) return data;
  const { path, input = 'nothing' } = error.issues[0]!;
  const rule = path.length > 0 ? 'a text' : 'a pair of sentences in JSON';
  throw new DataError(explain([where, ...path.map(String)].join(': '), rule, input, remedy));
}
