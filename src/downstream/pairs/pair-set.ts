/** Minimal pairs: two sentences that differ in little, of which one is right. What a set of them is. */
import type { PairSetName } from '../../config/measurement-sections.ts';

export interface MinimalPair {
  better: string;
  worse: string;
}

/** Pairs that ask for one thing. */
export interface Paradigm {
  name: string;
  /** Of linguistics, such as `morphology`. */
  field: string;
  /** The phenomenon, such as `determiner_noun_agreement`; several paradigms may ask for one. */
  term: string;
  pairs: readonly MinimalPair[];
}

export interface PairSet {
  name: PairSetName;
  /** Scores of one version belong together: which pairs these are, and how they are scored. */
  version: string;
  /** Reading or making them takes seconds, and is done once. */
  paradigms(): readonly Paradigm[];
}

/** Raise it when the same pairs and weights would now get other scores. */
const scoringVersion = 1;

/** @param of what decides the pairs, such as `200-3f2a9c1b7e` */
export function versionOf(of: string): string {
  return `${scoringVersion}-${of}`;
}
