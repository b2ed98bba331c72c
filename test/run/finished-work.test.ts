import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { known, presetsFolder } from '../../src/commands/command.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { runIdOf } from '../../src/config/run-id.ts';
import { type RunRecord, runFolder, writeRecord } from '../../src/results/run-folder.ts';
import { assertSameEngine, stateOf } from '../../src/run/finished-work.ts';
import { leaveCheckpoint } from '../helpers/toy-checkpoint.ts';

const results = mkdtempSync(join(tmpdir(), 'reuse-'));
afterAll(() => rmSync(results, { recursive: true }));

const config = resolveConfig('smoke', { known, presetsFolder });
const folder = runFolder(results, runIdOf(config));
const runId = runIdOf(config);
const leave = (record: Partial<RunRecord>) => writeRecord(folder, { runId, ...record } as RunRecord);

describe('a cell', () => {
  it('is new, then partial with a checkpoint, then finished; a failed one stays failed', () => {
    expect(stateOf(config, results)).toBe('new');
    leaveCheckpoint(folder, 'step-000000010', { runId, step: 10 });
    leave({ status: 'training' });
    expect(stateOf(config, results)).toBe('partial');
    for (const status of ['finished', 'failed-to-learn'] as const) {
      leave({ status });
      expect(stateOf(config, results)).toBe('finished');
    }
    leave({ status: 'failed' });
    expect(stateOf(config, results)).toBe('failed');
  });

  it('is not finished without the checkpoint on the way that is asked for', () => {
    leave({ status: 'finished' });
    const more = { ...config, finetune: { ...config.finetune, at: [0.5] } };
    expect(stateOf(more, results)).toBe('partial');
    leaveCheckpoint(folder, 'kept-0.5', { runId, step: 5 });
    expect(stateOf(more, results)).toBe('finished');
  });

  it('is finished without a checkpoint at which its encoder has not begun', () => {
    const finetune = { ...config.finetune, at: [0.25, 0.75] };
    const generator = { ...config.generator, size: 1 };
    const twoStage = { ...config, regime: 'two-stage' as const, generator, finetune };
    const runId = runIdOf(twoStage);
    const own = runFolder(results, runId);
    for (const name of ['step-000000020', 'kept-0.75']) leaveCheckpoint(own, name, { runId });
    writeRecord(own, { runId, status: 'finished' } as RunRecord);
    expect(stateOf(twoStage, results)).toBe('finished');
  });

  it('is finished without its weights if that is asked for and its record has every score', () => {
    const other = { ...config, seed: 77, probe: { ...config.probe, tasks: ['part-of-speech'], at: [0.5] } };
    const own = runFolder(results, runIdOf(other));
    const progress = { step: 20, tokens: 0, flops: 0, officialFlops: 0, elapsedSeconds: 0 };
    const rowsAt = (steps: number[]) =>
      steps.map((checkpointStep) => ({ task: 'part-of-speech', checkpointStep }));
    const leave = (status: string, steps: number[]) =>
      writeRecord(own, {
        runId: runIdOf(other),
        status,
        progress,
        finetune: [],
        probe: rowsAt(steps),
        pairs: [],
      } as unknown as RunRecord);
    const withoutWeights = () => stateOf(other, results, { needsWeights: false });
    leave('finished', [0, 10, 20]);
    expect(stateOf(other, results)).toBe('new');
    expect(withoutWeights()).toBe('finished');
    leave('finished', [0, 20]); // none at half
    expect(withoutWeights()).toBe('new');
    leave('interrupted', [0, 10, 20]);
    expect(withoutWeights()).toBe('new');
  });

  it('is unusable where its record is of more steps, or of another run', () => {
    const progress = { step: 20, tokens: 0, flops: 0, officialFlops: 0, elapsedSeconds: 0 };
    leave({ status: 'finished', progress });
    expect(stateOf(config, results)).toBe('unusable');
    leave({ status: 'finished', progress: { ...progress, step: 10 } });
    expect(stateOf(config, results)).toBe('finished');
    leave({ status: 'finished', runId: 'another' });
    expect(stateOf(config, results)).toBe('unusable');
  });

  it('is resumed on its own engine only, whatever the threads', () => {
    leave({ status: 'finished', engine: 'ONNX Runtime 1.30.0, CPU, 1 thread' });
    expect(() => assertSameEngine(folder, 'ONNX Runtime 1.30.0, CPU, 2 threads')).not.toThrow();
    expect(() => assertSameEngine(folder, 'tfjs-backend-cpu 4.22.0, plain JavaScript')).toThrow(
      `${folder}: expected the engine that it began on, ONNX Runtime 1.30.0, CPU, 1 thread, got "tfjs-backend-cpu 4.22.0, plain JavaScript"; choose it with --engine, name another folder with --out, or start again with run --overwrite`,
    );
  });
});
