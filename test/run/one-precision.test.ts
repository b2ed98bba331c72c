import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/base/errors.ts';
import { precisionOf } from '../../src/engine/engines.ts';
import { runFolder, writeRecord } from '../../src/results/run-folder.ts';
import { assertOnePrecision, assertPrecision } from '../../src/run/one-precision.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { toyRecord } from '../helpers/toy-results.ts';

const [f32, bf16] = ['ONNX Runtime 1.30.0, CPU, 1 thread', 'OpenVINO 2026.4.1, CPU, bf16, 1 thread'];

describe('a precision', () => {
  it.each([
    [f32, 'f32'],
    [bf16, 'bf16'],
    ['OpenVINO 2026.4.1, CPU, f32, 2 threads', 'f32'],
  ])('of a run on %s is %s', (description, precision) => {
    expect(precisionOf(description)).toBe(precision);
  });
});

describe('a results folder', () => {
  const results = temporaryFolder();
  const remedy = 'add --precision f32, or name another folder with --out';
  beforeAll(() => {
    const record = toyRecord('joint', 0, {}, { engine: f32 });
    writeRecord(runFolder(results, record.runId), record);
  });

  it('takes runs of the precision that it has', () => {
    expect(() => assertOnePrecision(results, 'f32')).not.toThrow();
  });

  it('takes none of another', () => {
    const mixed = new ConfigError(`${results}: expected f32 as of joint-s0, got "bf16"; ${remedy}`);
    expect(() => assertOnePrecision(results, 'bf16')).toThrow(mixed);
  });

  it('takes any where there is none yet, or none but the one that is made anew', () => {
    expect(() => assertOnePrecision(join(results, 'new'), 'bf16')).not.toThrow();
    expect(() => assertOnePrecision(results, 'bf16', 'joint-s0')).not.toThrow();
  });

  it('has scores in the precision of their run', () => {
    const record = toyRecord('joint', 0, {}, { engine: bf16 });
    expect(() => assertPrecision('runs/joint-s0', record, 'bf16')).not.toThrow();
    expect(() => assertPrecision('runs/joint-s0', record, 'f32')).toThrow(
      'runs/joint-s0: expected bf16 as of joint-s0, got "f32"; add --precision bf16, or name another folder',
    );
  });
});
