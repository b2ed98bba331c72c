/** What a run is called: the same name wherever the same training is asked for, another where it is not. */
import { basename } from 'node:path';
import { sha256 } from '../base/atomic-files.ts';
import type { RunConfig } from './schema.ts';
import * as sections from './sections.ts';
import { isMapping } from './yaml-file.ts';

/**
 * The version of the training code. Raise it when the same configuration would now give other weights or other
 * training numbers (model, objectives, optimiser, data preparation, random streams): finished runs of the old code
 * are then trained anew instead of being reused. So does a default that changes, as ids leave defaults out. Speed,
 * logging and evaluation do not raise it.
 */
const trainingVersion = 4;

/** The version of dropout's random masks: raised alone, it leaves runs without dropout as they are. */
const dropoutVersion = 2;

/**
 * `<regime>-s<seed>-<10 hex digits>`: the digits are a hash of all that decides the pre-trained weights and
 * what is measured of them.
 *
 * Left out are the name, the description, cadences, and what is done with a finished run; and every key that has its
 * default, so that a new key renames no run. Any other key counts, also one that the regime does not look at. `data.folder` and
 * `data.vocabularyFile` count through their absolute paths, not their contents: the same texts in another folder are
 * another run, and changed texts in the same folder are the same. `generator.checkpoint`, `training.startFrom` and
 * `training.fork.run` count by the folder's name, which is the id of the run that trained those weights.
 */
export function runIdOf(config: RunConfig): string {
  const { regime, seed, data, model, objective, optimiser, evaluation } = config;
  const { logEvery, evaluateEvery, checkpointEvery, keepAt, fork, ...schedule } = config.training;
  const generator = withNameOf('checkpoint', config.generator);
  const forked = fork && { fork: withNameOf('run', fork) };
  const training = { ...withNameOf('startFrom', schedule), ...forked };
  const given = { data, model, generator, objective, optimiser, training, evaluation };
  const differing = Object.entries(given).map(([name, section]) => [
    name,
    unlike(section, defaults[name as keyof typeof defaults]),
  ]);
  const science = canonicalJson({
    ...versionsFor(config.model),
    regime,
    seed,
    ...Object.fromEntries(differing),
  });
  const digest = sha256(science).slice(0, 10);
  return `${config.regime}-s${config.seed}-${digest}`;
}

/** What each section of a run's science holds if nothing is said. */
const defaults = {
  data: sections.data.parse({}),
  model: sections.model.parse({}),
  generator: sections.generator.parse({}),
  objective: sections.objective.parse({}),
  optimiser: sections.optimiser.parse({}),
  training: sections.training.parse({}),
  evaluation: sections.evaluation.parse({}),
};

/** The keys of a section whose values are not the default. */
function unlike(section: object, common: object): Record<string, unknown> {
  const isDefault = ([key, value]: [string, unknown]) =>
    canonicalJson(value) === canonicalJson((common as Record<string, unknown>)[key]);
  return Object.fromEntries(Object.entries(section).filter((entry) => !isDefault(entry)));
}

/** A section with the last part of one of its paths. */
function withNameOf<Section extends object>(key: keyof Section, section: Section): Section {
  const path = section[key];
  return typeof path === 'string' ? { ...section, [key]: basename(path) } : section;
}

/** The arm that a configuration is of: a sweep of several seeds calls its runs `<arm>, seed <seed>`. */
export function armOf({ name, seed }: Pick<RunConfig, 'name' | 'seed'>): string {
  return name.endsWith(`, seed ${seed}`) ? name.slice(0, name.lastIndexOf(',')) : name;
}

/**
 * A hash of how fine-tuning is done, whichever the tasks, seeds and checkpoints: scores of one hash belong together.
 * Keys that came later count where they differ from their defaults, so that they rename no score.
 */
export function finetuneHashOf({ finetune }: RunConfig): string {
  const { tasks, seeds, at, glueDir, untrained, read, headFirst, ...settings } = finetune;
  const later = unlike({ read, headFirst }, sections.finetune.parse({}));
  return sha256(canonicalJson({ ...versionsFor(settings), ...settings, ...later })).slice(0, 10);
}

function versionsFor({ dropout, attentionDropout }: { dropout: number; attentionDropout: number }) {
  return dropout === 0 && attentionDropout === 0 ? { trainingVersion } : { trainingVersion, dropoutVersion };
}

/** JSON whose keys are sorted at every level, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner) => (isMapping(inner) ? sorted(inner) : inner));
}

function sorted(mapping: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(mapping).sort(([a], [b]) => (a < b ? -1 : 1)));
}
