import { describe, expect, it } from 'vitest';
import { runIdOf } from '../../../src/config/run-id.ts';
import { type RunConfig, runConfigSchema } from '../../../src/config/schema.ts';
import { arraysOf } from '../../../src/experiment/slurm/submission.ts';
import { regimeNames } from '../../../src/regimes/registry.ts';
import { tinyRunYaml } from '../../end-to-end/program.ts';

const known = { regimes: regimeNames, corpora: ['sotu'], tasks: [] };
function configOf(regime: string, seed: number, generator: object = { size: 1 }): RunConfig {
  const yaml = JSON.parse(tinyRunYaml('corpus'));
  return runConfigSchema(known).parse({ ...yaml, name: `${regime}, ${seed}`, regime, seed, generator });
}
const twin = (seed: number, initialiseDiscriminator: boolean) =>
  configOf('two-stage', seed, { size: 1, initialiseDiscriminator });
const taught = (by: RunConfig, seed: number) =>
  configOf('frozen-annealed', seed, { size: 1, checkpoint: `/results/runs/${runIdOf(by)}` });

describe('arrays of cells', () => {
  it('are one where no cell waits for another, in the order that was asked for', () => {
    const cells = [configOf('joint', 0), configOf('bert', 0), configOf('joint', 1)];
    const [b, a, c] = cells as [RunConfig, RunConfig, RunConfig];
    expect(arraysOf([a, b, c], cells, [])).toEqual([{ cells: [a, b, c], after: [] }]);
  });

  it('follow those that they wait for: a first stage that may fail, a generator that may not', () => {
    const [bert, first, second] = [configOf('bert', 0), twin(0, true), twin(0, false)];
    const frozen = taught(bert, 0);
    const cells = [frozen, bert, first, second];
    expect(arraysOf(cells, cells, [])).toEqual([
      { cells: [bert, first], after: [] },
      { cells: [frozen], after: [{ runId: runIdOf(bert), kind: 'afterok' }] },
      { cells: [second], after: [{ runId: runIdOf(first), kind: 'afterany' }] },
    ]);
  });

  it('hold together what waits for the same cell', () => {
    const bert = configOf('bert', 0);
    const [one, other] = [taught(bert, 1), taught(bert, 2)];
    const cells = [bert, one, other];
    expect(arraysOf(cells, cells, []).map((array) => array.cells)).toEqual([[bert], [one, other]]);
  });

  it('wait for cells that are in the queue already, and for none that are done', () => {
    const bert = configOf('bert', 0);
    const frozen = taught(bert, 0);
    const after = [{ runId: runIdOf(bert), kind: 'afterok' }];
    expect(arraysOf([frozen], [bert, frozen], [runIdOf(bert)])).toEqual([{ cells: [frozen], after }]);
    expect(arraysOf([frozen], [frozen], [])).toEqual([{ cells: [frozen], after: [] }]);
  });
});
