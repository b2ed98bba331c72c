/** The real TensorFlow binding, in a process of its own: loading it registers kernels, also where it fails. */
import { expect, it } from 'vitest';
import { ConfigError } from '../../src/base/errors.ts';
import { loadBinding, openEngine, tensorflowRemedy } from '../../src/engine/engines.ts';
import { tf } from '../../src/engine/tensors.ts';
import { float, javascript, programOf, runOnce } from '../helpers/engines.ts';

it('loads, or names the remedy in one line', async () => {
  const outcome = await loadBinding().catch((error: unknown) => error);
  if (!(outcome instanceof Error)) return; // A machine that has the native library has nothing to refuse.
  expect(outcome).toBeInstanceOf(ConfigError);
  expect(outcome.message).toMatch(
    /^engine tensorflow: expected @tensorflow\/tfjs-node-gpu to load, got ".+"; run `/,
  );
  expect(outcome.message).toContain(tensorflowRemedy);
  expect(outcome.message).not.toContain('\n');
});

it('leaves the other engines working where it fails', async () => {
  const selfCheck = async () => {
    throw new Error('a GPU is not what this test asks for');
  };
  const { engine, reason } = await openEngine('auto', { threads: 1, selfCheck });
  expect([engine.name, reason.startsWith('no working GPU: ')]).toEqual(['onnx', true]);
  const program = programOf({ x: float(2) }, ({ x }) => tf.square(x!));
  for (const each of [engine, javascript]) {
    expect([...(await runOnce(each, program, { x: Float32Array.of(2, 3) })).result!]).toEqual([4, 9]);
  }
});
