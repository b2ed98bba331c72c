/** What an experiment leaves in its results folder, so that verdicts and report need nothing else: `experiments/<name>.json`. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../base/atomic-files.ts';
import { assertShape, readJsonFile } from '../base/json-file.ts';
import type { FigureKind, PrimaryReport } from '../report/report-data.ts';

export type Role = 'primary' | 'secondary';
export type Pairing = 'independent' | 'forked';

/** A claim of the paper, as an experiment's file states it. */
export interface Claim {
  id: string;
  /** The claim in words. */
  says: string;
  /** The arm that the paper puts ahead, and the one behind. */
  ahead: string;
  behind: string;
  /** `downstream`, `task.<name>`, `probe.<task>`, `pairs.<set>`, or a measurement's column in runs.csv. */
  metric: string;
  /** Whether it is by the primary metric, or one of the others, which are corrected for by themselves; primary if absent. */
  role?: Role;
  /** The difference, either way, that would not matter, in the metric's own unit. */
  margin?: number;
  /** `forked`: both arms' runs begin in one run, seed by seed; independent if absent. */
  pairing?: Pairing;
  /** Section, table or figure. */
  source: string;
  /** Whether the source prints numbers for it or only says so. */
  basis: 'number' | 'words';
  /** As the source prints them, in its own unit. */
  paper?: { ahead: number; behind: number; unit: string };
  otherSource?: string;
  /** Arms whose failing to learn is what the claim predicts. */
  predictsFailureOf: string[];
}

export interface StoredExperiment {
  name: string;
  title: string;
  /** What is compared, in one sentence. */
  claim: string;
  command: string;
  preset: string;
  figure?: FigureKind;
  /** Absent where the file names none: then all claims are. */
  primary?: PrimaryReport;
  arms: StoredArm[];
  claims: Claim[];
}

export interface Fork {
  from: string;
  /** In (0, 1]; 1 = the end. */
  at: number;
}

export interface StoredArm {
  name: string;
  /** Coordinates in the experiment's grid, such as `generator.size` → 0.25. */
  coordinates: Record<string, string | number | boolean>;
  runs: { seed: number; runId: string }[];
  /** The arm that its runs begin in, seed by seed, and the fraction of its training. */
  fork?: Fork;
}

/** Whether two arms' runs of one seed have a common past: both forked from one arm, or one from the other. */
export function haveCommonPast(one: Forkable, other: Forkable): boolean {
  const [first, second] = [one.fork?.from, other.fork?.from];
  return first === other.name || second === one.name || (first !== undefined && first === second);
}

type Forkable = Pick<StoredArm, 'name' | 'fork'>;

export function writeExperiment(results: string, experiment: StoredExperiment): void {
  const path = join(results, 'experiments', `${experiment.name}.json`);
  writeFileAtomically(path, `${JSON.stringify(experiment, null, 2)}\n`);
}

/** In the order of their names. @throws {DataError} if one cannot be read */
export function readExperiments(results: string): StoredExperiment[] {
  const folder = join(results, 'experiments');
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().map((name) => readStored(join(folder, name)));
}

/** What verdicts and report rely on. */
const experimentShape = z.looseObject({
  name: z.string(),
  title: z.string(),
  claim: z.string(),
  primary: z.looseObject({ metric: z.string(), margin: z.number(), checkpoints: z.number() }).optional(),
  arms: z.array(
    z.looseObject({
      name: z.string(),
      coordinates: z.looseObject({}),
      runs: z.array(z.looseObject({ seed: z.number(), runId: z.string() })),
    }),
  ),
  claims: z.array(
    z.looseObject({
      ...{ id: z.string(), ahead: z.string(), behind: z.string(), metric: z.string() },
      predictsFailureOf: z.array(z.string()),
    }),
  ),
});

function readStored(path: string): StoredExperiment {
  const [what, remedy] = ['an experiment', 'delete this file and run the sweep again'];
  const stored = readJsonFile(path, what, remedy);
  assertShape(path, what, remedy, experimentShape, stored);
  return stored as StoredExperiment;
}
