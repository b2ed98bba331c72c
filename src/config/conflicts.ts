/** Rules that tie one key of a configuration to another. */
/** A value that is fine alone and impossible together with others. */
export interface Conflict {
  path: readonly string[];
  expected: string;
  got: unknown;
  remedy: string;
}

/** The keys that the rules read. */
interface TiedKeys {
  name: string;
  data: {
    corpora: readonly string[];
    folder?: string | undefined;
    sequenceLength: number;
    vocabularySize: number;
  };
  model: {
    layers: number;
    hidden: number;
    feedForward: number;
    embedding: number;
    heads: number;
    positions: string;
    maxPositions: number;
  };
  generator: { size: number; sharing: string };
  training: {
    steps: number;
    budget?: Record<string, number | undefined> | undefined;
    startFrom?: string | undefined;
    fork?: { run: string } | undefined;
  };
  optimiser: { warmupSteps: number };
}

/** Values that are each fine alone and impossible together. */
export function conflictsIn({ name, data, model, generator, training, optimiser }: TiedKeys): Conflict[] {
  const conflicts: Conflict[] = [];
  const found = (path: string, expected: string, got: unknown, remedy: string) =>
    conflicts.push({ path: path.split('.'), expected, got, remedy });
  // Nobody means a way out of results/, nor a folder that a terminal cannot show.
  if (!isFolderName(name)) {
    const rule = 'a name for a folder, without .. and control characters';
    found('name', rule, name, 'begin it with a letter or digit, and choose at most 200 characters');
  }
  const weights = fewestWeights(model, data.vocabularySize);
  if (weights > mostWeights) {
    const rule = `a network of at most ${mostWeights} weights`;
    found('model', rule, weights, 'make layers, hidden, feedForward or data.vocabularySize smaller');
  }
  if (model.layers > mostLayers)
    found(
      'model.layers',
      `at most ${mostLayers}`,
      model.layers,
      'a program of more would take hours to build',
    );
  if (model.hidden % model.heads !== 0) {
    found('model.hidden', `a multiple of model.heads (${model.heads})`, model.hidden, 'change either');
  }
  if (data.corpora.length === 0 && data.folder === undefined) {
    found(
      'data.corpora',
      'at least one corpus or a data.folder',
      data.corpora,
      'see `electra-lab data list`',
    );
  }
  if (model.positions === 'absolute' && data.sequenceLength > model.maxPositions) {
    const rule = `at most model.maxPositions (${model.maxPositions})`;
    found(
      'data.sequenceLength',
      rule,
      data.sequenceLength,
      'raise model.maxPositions or shorten the sequences',
    );
  }
  const width = model.hidden * generator.size;
  // 0.3333 of 768 means 256.
  if (Math.round(width) < 1 || Math.abs(width - Math.round(width)) > 0.1) {
    const rule = `a fraction that divides model.hidden (${model.hidden}) evenly`;
    found('generator.size', rule, generator.size, 'try 0.25 or 0.5');
  }
  if (generator.sharing === 'all' && generator.size !== 1) {
    const rule = '1, as the generator shares the whole encoder (generator.sharing all)';
    found('generator.size', rule, generator.size, 'or share embeddings');
  }
  const budgets = Object.keys(training.budget ?? { none: 0 });
  if (budgets.length !== 1) {
    const rule = 'one of tokens, flops, officialFlops, seconds';
    found('training.budget', rule, budgets.length === 0 ? 'nothing' : budgets, 'keep one');
  }
  if (training.fork && training.startFrom !== undefined) {
    const rule = 'nothing beside training.fork, which brings weights too';
    found('training.startFrom', rule, training.startFrom, 'keep one of the two');
  }
  if (!training.budget && optimiser.warmupSteps > training.steps) {
    const rule = `at most training.steps (${training.steps})`;
    found('optimiser.warmupSteps', rule, optimiser.warmupSteps, 'about a tenth of the steps is usual');
  }
  return conflicts;
}

/** Far above what can be trained here, and told before any of it is allocated. */
const mostWeights = 2 ** 31;

/** However narrow. */
const mostLayers = 1000;

/** The matrices of the larger network alone. */
function fewestWeights(
  { layers, hidden, feedForward, embedding, maxPositions }: TiedKeys['model'],
  vocabulary: number,
): number {
  const layer = 4 * hidden * hidden + 2 * hidden * feedForward;
  return layers * layer + (vocabulary + maxPositions) * embedding;
}

/** Control characters, and marks that turn the direction of writing, would show another name than it is. */
function isFolderName(name: string): boolean {
  const isSayable = /^[\p{L}\p{N}]/u.test(name) && !/[\p{C}\p{Zl}\p{Zp}]/u.test(name);
  return isSayable && name === name.trim() && name.length <= 200 && !name.split(/[/\\]/).includes('..');
}
