import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { known, presetsFolder } from '../../src/commands/command.ts';
import { experimentOf, readPlan } from '../../src/experiment/experiment-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'declared-claims-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const arms = `
preset: smoke
common: { finetune: { tasks: [genre, part-of-speech], at: [0.5] } }
arms:
  a: {}
  b: { regime: adversarial }
  a2: { fork: { from: a, at: 0.5 } }
  b2: { regime: adversarial, fork: { from: a, at: 0.5 } }
`;
const claim = (more = '', [ahead, behind] = ['a', 'b']) =>
  `{ id: x, says: y, ahead: ${ahead}, behind: ${behind}, source: z, basis: words${more && `, ${more}`} }`;

function read(text: string) {
  const path = join(folder, 'mine.yaml');
  writeFileSync(path, `${arms}${text}`);
  return experimentOf(readPlan(path, { known, presetsFolder, results: folder }), () => ({}));
}

const claimsOf = (text: string) =>
  read(text).claims.map(({ id, metric, role, margin }) => ({ id, metric, role, margin }));

describe('the claims of a file', () => {
  it('are by downstream, all primary and without a margin, where it names no primary metric', () => {
    expect(
      claimsOf(`claims: [${claim()}, ${claim('metric: mlm_accuracy').replace('id: x', 'id: w')}]`),
    ).toEqual([
      { id: 'x', metric: 'downstream', role: 'primary', margin: undefined },
      { id: 'w', metric: 'mlm_accuracy', role: 'primary', margin: undefined },
    ]);
  });

  it('are by the primary metric with its margin, and secondary by any other', () => {
    const primary = 'primary: { metric: task.genre, margin: 0.02 }\nmargins: { mlm_accuracy: 0.01 }\n';
    const second = claim('metric: mlm_accuracy').replace('id: x', 'id: w');
    expect(claimsOf(`${primary}claims: [${claim()}, ${second}]`)).toEqual([
      { id: 'x', metric: 'task.genre', role: 'primary', margin: 0.02 },
      { id: 'w', metric: 'mlm_accuracy', role: 'secondary', margin: 0.01 },
    ]);
    expect(read(primary).primary).toEqual({ metric: 'task.genre', margin: 0.02, checkpoints: 1 });
  });

  it('are followed by secondary ones of the same arms, by the metrics that they list', () => {
    expect(claimsOf(`claims: [${claim('also: [mlm_accuracy, task.genre]')}]`)).toEqual([
      { id: 'x', metric: 'downstream', role: 'primary', margin: undefined },
      { id: 'x: mlm_accuracy', metric: 'mlm_accuracy', role: 'secondary', margin: undefined },
      { id: 'x: task.genre', metric: 'task.genre', role: 'secondary', margin: undefined },
    ]);
  });

  it('may be by a probe that the runs have, alone or in a group, and by a set of minimal pairs or a term of it', () => {
    const measured =
      'byPreset: { smoke: { common: { probe: { tasks: [offline] }, pairs: { sets: [offline] } } } }';
    for (const metric of ['probe.part-of-speech', 'pairs.offline', 'pairs-rtd.offline.word_order'])
      expect(read(`${measured}\nclaims: [${claim(`metric: ${metric}`)}]`).claims[0]!.metric).toBe(metric);
    expect(() => read(`claims: [${claim('metric: probe.part-of-speech')}]`)).toThrow(': claims[0].metric: ');
    expect(() => read(`claims: [${claim('metric: pairs.blimp')}]`)).toThrow(': claims[0].metric: ');
  });

  it("compare in pairs where they say so, of two forks of one arm or of a fork and its parent's runs", () => {
    const pairingOf = (names: [string, string], pairing = 'forked') =>
      read(`claims: [${claim(`pairing: ${pairing}`, names)}]`).claims[0]!.pairing;
    expect(pairingOf(['a2', 'b2'])).toBe('forked');
    expect(pairingOf(['b2', 'a'])).toBe('forked');
    expect(pairingOf(['a2', 'b2'], 'independent')).toBe('independent');
    expect(read(`claims: [${claim('', ['a2', 'b2'])}]`).claims[0]!.pairing).toBe('independent');
  });

  it('leave the fork of an arm with it', () => {
    expect(read('').arms.map(({ fork }) => fork)).toEqual([
      undefined,
      undefined,
      { from: 'a', at: 0.5 },
      { from: 'a', at: 0.5 },
    ]);
  });

  it.each([
    [
      `claims: [${claim('pairing: forked')}]`,
      ': claims[0].pairing: expected independent, as a and b do not fork from one arm, got "forked"; let both have `fork` from the same arm, or compare them unpaired',
    ],
    [
      `claims: [${claim('pairing: forked', ['b', 'a2'])}]`,
      ': claims[0].pairing: expected independent, as b and a2 do not fork from one arm, got "forked"',
    ],
    ['primary: { metric: task.gender, margin: 0.02 }', ': primary.metric: expected one of '],
    ['primary: { metric: task.genre, margin: 0 }', ': primary.margin: expected a number above 0, got 0'],
    [
      'primary: { metric: task.genre, margin: 0.02, checkpoints: 3 }',
      ': primary.checkpoints: expected at most the 2 at which a measures task.genre, got 3; add fractions to its `at`',
    ],
    [
      'primary: { metric: mlm_accuracy, margin: 0.02, checkpoints: 3 }',
      ': primary.checkpoints: expected 1, because mlm_accuracy comes from the last evaluation, got 3',
    ],
    [
      'primary: { metric: task.genre, margin: 0.02 }\nmargins: { task.genre: 0.03 }',
      ': margins: expected metrics other than the primary one, got "task.genre"',
    ],
    [
      `claims: [${claim('also: [downstream]')}]`,
      ': claims[0].also: expected metrics that the claim does not have yet, got "downstream"',
    ],
    [
      `primary: { metric: task.genre, margin: 0.02 }\nclaims: [${claim('metric: mlm_accuracy, also: [task.genre]')}]`,
      ': claims[0].also: expected metrics that the claim does not have yet, got "task.genre"',
    ],
    [`claims: [${claim('also: [mlm_acuracy]')}]`, '; did you mean "mlm_accuracy"?'],
  ])('are refused in one line: %s', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
