import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { known, presetsFolder } from '../../src/commands/command.ts';
import { experimentOf, readPlan } from '../../src/experiment/experiment-file.ts';
import { trialsOf } from '../../src/experiment/tuning.ts';
import { costOf } from '../../src/training/cost.ts';

const folder = join(import.meta.dirname, '../../experiments');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.slice(0, -'.yaml'.length));
const results = 'no such folder';
const read = (name: string, preset?: string) => {
  const plan = readPlan(join(folder, `${name}.yaml`), { known, presetsFolder, results, preset });
  return { plan, experiment: experimentOf(plan, () => ({})) };
};
const withPreset = names.filter((name) => read(name).plan.preset !== undefined);

describe('every experiment of the project', () => {
  it.each(names)('%s resolves', (name) => {
    expect(read(name).experiment.cells.length).toBeGreaterThan(0);
  });

  it.each(withPreset.flatMap((name) => ['quick', 'laptop', 'electra-small'].map((preset) => [name, preset])))(
    '%s resolves at %s, its search too, on seeds that it does not report',
    (name, preset) => {
      const { plan, experiment } = read(name!, preset);
      const trials = trialsOf(plan, results);
      for (const { seed } of trials) expect(plan.seeds).not.toContain(seed);
      const reported = experiment.cells.flatMap(({ finetune }) =>
        finetune.tasks.map((task) => `task.${task}`),
      );
      for (const { metric } of trials) expect(reported).not.toContain(metric);
    },
  );
});

describe('table1-efficiency', () => {
  it.each(['quick', 'laptop'])('gives BERT the FLOPs of the whole of ELECTRA at %s', (preset) => {
    const { cells } = read('table1-efficiency', preset).experiment;
    const cellOf = (arm: string) => cells.find(({ name }) => name.startsWith(`${arm}, seed`))!;
    const [stage] = costOf(cellOf('joint, 100 %')).stages;
    expect(cellOf('bert').training.budget).toEqual({
      officialFlops: stage!.officialFlopsPerStep * stage!.steps!,
    });
  });

  it.each(['quick', 'laptop', 'electra-small'])('halves the steps from share to share at %s', (preset) => {
    const { cells } = read('table1-efficiency', preset).experiment;
    const steps = cells
      .filter(({ name }) => name.endsWith('%, seed 0'))
      .map(({ training }) => training.steps);
    expect(steps.map((count) => Math.floor(steps.at(-1)! / count))).toEqual([16, 8, 4, 2, 1]);
  });
});
