/** Which runs `--only` asks for. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { known, presetsFolder } from '../../src/commands/command.ts';
import { onlyArms } from '../../src/commands/experiment-options.ts';
import { experimentOf, readPlan } from '../../src/experiment/experiment-file.ts';

const file = join(import.meta.dirname, '../../experiments/figure3-training-algorithms.yaml');
const options = { known, presetsFolder, results: 'no such folder', preset: 'quick', seeds: [10] };
const experiment = experimentOf(readPlan(file, options), () => ({}));
const namesOf = (...only: string[]) => onlyArms(experiment, only).map(({ name }) => name);

describe('--only', () => {
  it('takes names with commas in them, which were split at every comma', () => {
    expect(namesOf('bert')).toEqual(['bert']);
    expect(namesOf('bert', 'joint', 'continued')).toEqual(['joint', 'bert', 'joint, continued']);
  });

  it('adds the arms that others begin with', () => {
    expect(namesOf('joint', 'then adversarial')).toEqual(['joint', 'joint, then adversarial']);
  });

  it('refuses a name that no arm has', () => {
    expect(() => namesOf('joint', 'continues')).toThrow(/^--only: expected one of .*, got "continues"/);
  });
});
