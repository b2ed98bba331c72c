/** A report whose numbers are made up: every kind of figure, seeds that failed, and names that would break a page. */
import { RandomStream } from '../../src/base/random.ts';
import {
  type ArmReport,
  type CurvePoint,
  type ExperimentReport,
  type FigureKind,
  figureKinds,
  type ReportData,
  type RunReport,
  type RunSetting,
  type ScoreReport,
  type TextToken,
} from '../../src/report/report-data.ts';
import type { ClaimRow, SummaryRow } from '../../src/report/verdict-rows.ts';

/** A name that is code, in HTML and in Markdown. */
export const hostileName = '<script>alert("x")</script> & `|` \'</script>';

interface MadeUpOptions {
  arms?: number;
  seeds?: number;
  /** Of each curve. */
  points?: number;
  metrics?: readonly string[];
}

const regimes = ['joint', 'bert', 'two-stage', 'adversarial'];

export function madeUpReport(options: MadeUpOptions = {}): ReportData {
  const { arms = 4, seeds = 5 } = options;
  const runs = Array.from({ length: arms }, (_, arm) => arm).flatMap((arm) =>
    Array.from({ length: seeds }, (_, seed) => madeUpRun(arm, seed, options)),
  );
  return {
    title: `made up ${hostileName}`,
    experiments: figureKinds.map((kind) => experimentOf(kind, arms, seeds, runs)),
    runs,
  };
}

function armName(arm: number): string {
  return arm === 3 ? hostileName : `${regimes[arm % 4]}${arm < 4 ? '' : ` ${arm}`}`;
}

function runIdOf(arm: number, seed: number): string {
  return `${regimes[arm % 4]}-s${seed}-${String(arm).padStart(10, '0')}`;
}

function madeUpRun(arm: number, seed: number, options: MadeUpOptions): RunReport {
  const { points = 60, metrics = ['mlm_accuracy', 'train_loss', 'rtd_auc'] } = options;
  const random = new RandomStream('made-up', arm, seed);
  const noise = () => 0.02 * (random.uniform() - 0.5);
  const skill = 0.5 + 0.03 * (arm % 5);
  const flops = 1e13 * (1 + (arm % 4) / 2);
  const hasFailed = arm % 4 === 3 && seed === 0;
  return {
    runId: runIdOf(arm, seed),
    name: armName(arm),
    regime: regimes[arm % 4]!,
    seed,
    status: hasFailed ? 'failed-to-learn' : 'finished',
    ...(hasFailed && { reason: 'unigram plateau: predicts 5.3 % of masked tokens' }),
    warnings: hasFailed ? [`unigram plateau in ${hostileName}`] : [],
    steps: 2000,
    tokens: 2e6,
    trainFlops: flops,
    officialFlops: 1.3 * flops,
    elapsedSeconds: 200 + 30 * arm,
    peakMemoryBytes: 5e8 + 1e7 * arm,
    parameters: 1e6,
    engine: 'onnx',
    cpu: 'made up',
    gitCommit: '0'.repeat(40),
    startedAt: '2026-11-26T09:25:49.888Z',
    setting: settingOf(arm),
    metrics: {
      mlm_accuracy: skill / 2 + noise(),
      mlm_accuracy_sampled: skill / 4 + noise(),
      mlm_accuracy_commonest: 0.05,
      mlm_entropy: 4 + 10 * noise(),
      rtd_auc: skill + noise(),
      rtd_frequency_auc: 0.55 + 0.01 * (arm % 3),
      rtd_common_auc: skill + noise(),
      rtd_common_frequency_auc: 0.57,
    },
    scores: [0.25, 0.5, 1].map((share) => scoreAt(share, skill - 0.1 * (1 - share) + noise(), flops)),
    differing: {
      'optimiser.learningRate': arm % 4 === 3 ? '0.001' : '0.002',
      'generator.size': arm % 4 === 1 ? '' : '0.5',
    },
    ...(seed === 0 && { text: [sentenceOf(arm)] }),
    config: `name: ${armName(arm)}\nseed: ${seed}\nfinetune:\n  tasks: ["</script>"]`,
    command: `npx electra-lab run runs/${runIdOf(arm, seed)}/config.yaml --out again`,
    curves: Object.fromEntries(metrics.map((metric) => [metric, curveOf(random, points, flops)])),
  };
}

/** Words that are code, a word in two pieces, and a masked one. */
function sentenceOf(arm: number): TextToken[] {
  const sample = { token: 'dog', prob: 0.041 };
  const words = ['the', hostileName, 'jump', '##ed', '.'];
  const tokens: TextToken[] = words.map((token, i) =>
    i === 1 ? { token, sample, best: [sample] } : { token },
  );
  return regimes[arm % 4] === 'bert'
    ? tokens
    : tokens.map((token, i) => ({ ...token, replaced: [0.02, 0.61, 0.2, 0.1, 0.03][i]! }));
}

function settingOf(arm: number): RunSetting {
  const network = regimes[arm % 4] === 'bert' ? 'bert' : 'generator';
  const learns = regimes[arm % 4] === 'two-stage' ? 'before the last stage' : 'always';
  return {
    corpora: ['made', 'up'],
    vocabularySize: 4096,
    sequenceLength: 64,
    layers: 2,
    hidden: 128,
    learningRate: arm % 4 === 3 ? 0.001 : 0.002,
    batchSize: 16,
    finetuneSeeds: 1,
    predictor: { network, kind: 'network', size: network === 'bert' ? 1 : 0.5, learns },
  };
}

function scoreAt(share: number, score: number, flops: number): ScoreReport {
  const cost = { trainFlops: share * flops, officialFlops: 1.3 * share * flops };
  return { checkpointStep: 2000 * share, ...cost, metric: 'downstream', score, bagOfWordsScore: 0.52 };
}

function curveOf(random: RandomStream, points: number, flops: number): CurvePoint[] {
  return Array.from({ length: points }, (_, i) => {
    const share = (i + 1) / points;
    const value = 0.2 * share ** 0.3 + 0.02 * random.uniform();
    return { step: i + 1, tokens: Math.round(2e6 * share), trainFlops: flops * share, value };
  });
}

function experimentOf(
  figure: FigureKind,
  arms: number,
  seeds: number,
  runs: readonly RunReport[],
): ExperimentReport {
  return {
    name: `made-up-${figure}`,
    title: `Made up: ${figure}`,
    figure,
    preset: 'quick',
    claim: `What ${hostileName} does to a page.`,
    command: `npx electra-lab sweep ${figure}`,
    arms: Array.from({ length: arms }, (_, arm) => armOf(figure, arm, seeds)),
    tasks: [
      { name: 'genre', metric: 'accuracy' },
      { name: 'similarity', metric: 'spearman' },
    ],
    averages: Object.fromEntries(runs.map(({ runId, scores }) => [runId, scores])),
    claims: figure === 'training-algorithms' ? claimsOf(figure) : [],
    summary: summaryOf(figure, arms, seeds),
  };
}

function summaryOf(figure: FigureKind, arms: number, seeds: number): SummaryRow[] {
  return Array.from({ length: arms }, (_, arm) => ({
    experiment: `made-up-${figure}`,
    arm: armName(arm),
    metric: 'downstream',
    n: seeds,
    failedToLearn: arm % 4 === 3 ? 1 : 0,
    mean: 0.5 + 0.03 * (arm % 5),
    standardDeviation: 0.01,
    intervalLow: 0.4,
    intervalHigh: 0.7,
    ...(arm > 0 && { comparedWith: armName(0), comparison: 'welch' as const, difference: 0.03 * (arm % 5) }),
  }));
}

function armOf(figure: FigureKind, arm: number, seeds: number): ArmReport {
  const size = [0.25, 0.5, 0.25, 0.5][arm % 4]!;
  const coordinates: ArmReport['coordinates'] =
    figure === 'generator-size' ? { 'generator.size': size, 'model.hidden': arm % 4 < 2 ? 128 : 192 } : {};
  return {
    name: armName(arm),
    coordinates,
    runIds: Array.from({ length: seeds }, (_, seed) => runIdOf(arm, seed)),
  };
}

function claimsOf(experiment: string): ClaimRow[] {
  const shared = {
    experiment: `made-up-${experiment}`,
    metric: 'downstream',
    ahead: 'joint',
    behind: 'bert',
    role: 'primary',
    test: 'welch',
    seedsAhead: 5,
    seedsBehind: 5,
    standardError: 0.005,
    degrees: 7.6,
    stepsAhead: 2000,
    stepsBehind: 2000,
    trainFlopsAhead: 1e13,
    trainFlopsBehind: 1.5e13,
    meanAhead: 0.56,
    meanBehind: 0.54,
    deviationAhead: 0.01,
    deviationBehind: 0.01,
    intervalLow: 0.01,
    intervalHigh: 0.03,
  };
  return [
    {
      ...shared,
      id: 'ahead',
      claim: 'Joint training is ahead of BERT.',
      source: 'Table 5',
      basis: 'number',
      paperAhead: 85.0,
      paperBehind: 82.2,
      paperUnit: 'GLUE',
      difference: 0.02,
      correctedLow: 0.004,
      correctedHigh: 0.036,
      tP: 0.004,
      holmP: 0.012,
      permutationP: 0.0625,
      verdict: 'holds',
      seedsRequired: 4,
    },
    {
      ...shared,
      id: 'behind',
      claim: 'Adversarial training is ahead of BERT.',
      source: 'Figure 3',
      basis: 'words',
      otherSource: '54 against 65 (a reading note)',
      difference: -0.02,
      correctedLow: -0.036,
      correctedHigh: -0.004,
      tP: 0.0004,
      holmP: 0.0012,
      verdict: 'reverses',
    },
    {
      ...shared,
      id: 'open',
      claim: `A claim of ${hostileName}.`,
      source: 'section 3.2',
      basis: 'words',
      difference: 0.004,
      correctedLow: -0.01,
      correctedHigh: 0.018,
      verdict: 'inconclusive',
      leaning: 'holds',
      seedsRequired: 23,
      reason: 'the interval has zero in it',
    },
    {
      ...shared,
      id: 'even',
      claim: 'Joint training equals BERT by another measure.',
      source: 'nowhere',
      basis: 'words',
      role: 'secondary',
      metric: 'mlm_accuracy',
      margin: 0.02,
      difference: 0.001,
      correctedLow: -0.02,
      correctedHigh: 0.018,
      equivalenceLow: -0.015,
      equivalenceHigh: 0.013,
      equivalenceP: 0.01,
      equivalenceHolmP: 0.01,
      verdict: 'equivalent',
    },
  ] as ClaimRow[];
}
