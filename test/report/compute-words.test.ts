import { describe, expect, it } from 'vitest';
import { computeWords } from '../../src/report/compute-words.ts';
import type { ClaimRow, ReportData, RunReport } from '../../src/report/report-data.ts';

const claim = { experiment: 'e', ahead: 'joint', behind: 'two-stage' } as ClaimRow;
const run = (runId: string, steps: number, trainFlops: number, status = 'finished') =>
  ({ runId, steps, trainFlops, status }) as RunReport;

function dataOf(joint: RunReport[], twoStage: RunReport[]): ReportData {
  const arms = [
    { name: 'joint', runIds: joint.map(({ runId }) => runId) },
    { name: 'two-stage', runIds: twoStage.map(({ runId }) => runId) },
  ];
  return { experiments: [{ name: 'e', arms }], runs: [...joint, ...twoStage] } as unknown as ReportData;
}

describe('what each side of a claim had of training', () => {
  it('is steps and FLOPs, means over seeds, and how many times as much the second had', () => {
    const joint = [run('a', 4000, 1.4e13), run('b', 4000, 1.6e13)];
    const twoStage = [run('c', 8000, 2.25e13, 'failed-to-learn')];
    // 2.25 / ((1.4 + 1.6) / 2)
    expect(computeWords(claim, dataOf(joint, twoStage))).toBe(
      "joint 4,000 steps, 1.50e13 FLOPs; two-stage 8,000 steps, 2.25e13 FLOPs (1.50 times joint's)",
    );
  });

  it('says no ratio where they had the same', () => {
    const words = computeWords(claim, dataOf([run('a', 10, 100)], [run('b', 12, 104)]));
    expect(words).toBe('joint 10 steps, 1.00e2 FLOPs; two-stage 12 steps, 1.04e2 FLOPs');
  });

  it('leaves out runs that did not come to their end, and is nothing where an arm has no other', () => {
    const stopped = run('b', 100, 9e12, 'interrupted');
    const joint = [run('a', 4000, 1e13), stopped];
    expect(computeWords(claim, dataOf(joint, [run('c', 4000, 1e13)]))).toMatch(
      /^joint 4,000 steps, 1\.00e13/,
    );
    expect(computeWords(claim, dataOf(joint, [stopped]))).toBe('');
  });
});
