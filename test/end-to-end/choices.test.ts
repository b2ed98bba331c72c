/** What an experiment chooses before its reported seeds train: values by `tune`, a measurement by `signal`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { electraLab, readCsv, temporaryFolder, writeCorpus } from './program.ts';

const { folder, remove } = temporaryFolder();
const out = join(folder, 'out');
const run = (command: string, ...more: string[]) =>
  electraLab([
    command,
    join(folder, 'mine.yaml'),
    '--out',
    out,
    '--cache',
    join(folder, 'cache'),
    '--engine',
    'onnx',
    '--jobs',
    '2',
    ...more,
  ]);

beforeAll(() => {
  const shape = { layers: 1, hidden: 32, heads: 4, feedForward: 32, embedding: 32, maxPositions: 32 };
  // As `quick`: heads that begin at a neighbour, and a bias at the words' frequencies, learn within seconds.
  const start = { positions: 'relative-bias', relativeStart: 4, outputBias: 'unigram', initialStd: 0.08 };
  const common = {
    data: {
      corpora: [],
      folder: writeCorpus(join(folder, 'corpus'), 40),
      vocabularySize: 96,
      sequenceLength: 16,
    },
    model: { ...shape, ...start, dropout: 0, attentionDropout: 0 },
    optimiser: { learningRate: 0.001, warmupSteps: 20, beta2: 0.98 },
    training: { steps: 300, batchSize: 16, logEvery: 100, evaluateEvery: 0, checkpointEvery: 100 },
    evaluation: { examples: 32, batchSize: 16 },
  };
  const rates = (list: number[]) => ({ grid: { 'optimiser.learningRate': list } });
  const experiment = {
    seeds: [0],
    common: { ...common, data: { ...common.data, heldOutFraction: 0.2 } },
    arms: { bert: { regime: 'bert' }, on: { regime: 'bert', fork: { from: 'bert', at: 0.5 } } },
    tuning: {
      ...rates([0.0005, 0.02]),
      byArm: { on: rates([0.0001, 0.005]) },
      seeds: [100],
      metric: 'mlm_loss',
    },
    signal: { seeds: [900, 901], short: { training: { steps: 50 } }, long: {}, atLeast: 1e6 },
    primary: { metric: 'mlm_loss', margin: 0.1 },
  };
  writeFileSync(join(folder, 'mine.yaml'), JSON.stringify(experiment));
});
afterAll(remove);

describe('before the reported seeds', () => {
  it('tune searches an arm, then the arm that forks from its best run', async () => {
    const { code, stdout } = await run('tune', '--quiet');
    expect(code).toBe(0);
    expect(
      Math.max(
        ...stdout
          .split('\n')
          .slice(0, -2)
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(100);
    const trials = readCsv(join(out, 'experiments', 'mine.tuning.csv'));
    expect(trials.map((trial) => [trial.arm, trial['optimiser.learningRate'], trial.is_chosen])).toEqual([
      ['bert', '0.0005', 'false'],
      ['bert', '0.02', 'true'], // the other has hardly begun to learn after 300 steps
      ['on', '0.0001', 'false'],
      ['on', '0.005', 'true'],
    ]);
  }, 200_000);

  it('signal measures pilots with these values, and sweep repeats what it says against the primary', async () => {
    const { code, stdout } = await run('signal', '--quiet');
    expect(code).toBe(0);
    expect(stdout).toContain('bert: 50 steps against 300, seeds 900, 901');
    const rows = readCsv(join(out, 'experiments', 'mine.signal.csv'));
    const loss = rows.find(({ metric, arm }) => metric === 'mlm_loss' && arm === 'bert')!;
    expect(Number(loss.gain_from_short)).toBeCloseTo(Number(loss.short) - Number(loss.long), 12);
    expect(Number(loss.signal_from_short)).toBeGreaterThan(2);
    const swept = await run('sweep');
    expect(swept.stderr).toContain('mine: warning: primary: mlm_loss of bert has a signal-to-noise of');
    const reported = readCsv(join(out, 'runs.csv')).filter(({ seed }) => seed === '0');
    expect(reported.map(({ arm }) => arm).sort()).toEqual(['bert', 'on']);
  }, 300_000);
});
