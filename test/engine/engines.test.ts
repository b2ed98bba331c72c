import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, TrainingError } from '../../src/base/errors.ts';
import {
  type EngineChoice,
  openEngine,
  openJavascript,
  openOnnx,
  type TensorflowBinding,
} from '../../src/engine/engines.ts';
import { tf } from '../../src/engine/tensors.ts';
import { selfCheck } from '../../src/training/self-check.ts';
import { float, programOf, runOnce } from '../helpers/engines.ts';

const binding: TensorflowBinding = {
  packageName: 'tfjs-node-gpu stand-in',
  version: '4.22.0',
  isUsingGpu: true,
};
const open = (choice: EngineChoice, loadTensorflow: () => Promise<TensorflowBinding>) =>
  openEngine(choice, { threads: 1, selfCheck, loadTensorflow });
const working = async () => binding;
const withoutGpu = async () => ({ ...binding, isUsingGpu: false });
const notInstalled = async () => {
  throw new ConfigError(
    'engine tensorflow: expected the package to load, got "Cannot find module"; install it',
  );
};

/** A backend under TensorFlow's name that computes as the JavaScript one does. */
beforeAll(() => {
  openJavascript();
  tf.registerBackend('tensorflow', () => new MathBackendCPU(), 0);
  tf.copyRegisteredKernels('cpu', 'tensorflow');
});

describe('an engine', () => {
  const product = programOf({ x: float(2, 2) }, ({ x }) => tf.matMul(x!, x!));

  it.each(['onnx', 'javascript', 'tensorflow'] as const)(
    '%s opens by its name, and computes',
    async (choice) => {
      const { engine, reason } = await open(choice, working);
      expect([engine.name, reason]).toEqual([choice, '']);
      expect([...(await runOnce(engine, product, { x: Float32Array.of(1, 2, 3, 4) })).result!]).toEqual([
        1 + 2 * 3,
        2 + 2 * 4,
        3 + 4 * 3,
        3 * 2 + 4 * 4,
      ]);
    },
  );

  it('says which library and version executes', async () => {
    const descriptions = await Promise.all(
      (['onnx', 'javascript', 'tensorflow'] as const).map(
        async (choice) => (await open(choice, working)).engine,
      ),
    );
    expect(descriptions.map(({ description }) => description)).toEqual([
      expect.stringMatching(/^ONNX Runtime \d+\.\d+\.\d+, CPU, 1 thread$/),
      expect.stringMatching(/^tfjs-backend-cpu \d+\.\d+\.\d+, plain JavaScript$/),
      'tfjs-node-gpu stand-in 4.22.0, GPU',
    ]);
  });

  it('tensorflow is refused where its package does not load', async () => {
    await expect(open('tensorflow', notInstalled)).rejects.toThrow('got "Cannot find module"');
  });

  it('tensorflow is refused where there is no GPU', async () => {
    const message = 'engine tensorflow: expected a GPU that TensorFlow can use, got none; use --engine onnx';
    await expect(open('tensorflow', withoutGpu)).rejects.toThrow(new ConfigError(message));
  });
});

describe('the automatic choice', () => {
  it('is tensorflow where a GPU answers and agrees', async () => {
    const { engine, reason } = await open('auto', working);
    expect(engine.name).toBe('tensorflow');
    expect(reason).toBe('a GPU answers through TensorFlow and agrees with the onnx engine');
  });

  it.each([
    [
      'the package is missing',
      notInstalled,
      'no working GPU: engine tensorflow: expected the package to load',
    ],
    ['there is no GPU', withoutGpu, 'no working GPU: engine tensorflow: expected a GPU'],
  ])('is onnx where %s, and says so', async (_, load, message) => {
    const { engine, reason } = await open('auto', load);
    expect(engine.name).toBe('onnx');
    expect(reason.startsWith(message)).toBe(true);
  });
});

describe('the self-check', () => {
  const erf = () => tf.getKernel('Erf', 'cpu');
  const replaceErf = (kernelFunc: tf.KernelConfig['kernelFunc']) => {
    tf.unregisterKernel('Erf', 'tensorflow');
    tf.registerKernel({ kernelName: 'Erf', backendName: 'tensorflow', kernelFunc });
  };
  afterEach(() => replaceErf(erf().kernelFunc));

  it('passes engines that agree', async () => {
    await expect(selfCheck(openJavascript(), await openOnnx(1))).resolves.toBeUndefined();
  });

  it('names the first thing that an engine computes otherwise, and auto then takes onnx', async () => {
    replaceErf(({ inputs }) => tf.mul(tf.tanh(inputs.x as tf.Tensor), 1.05));
    const { engine } = await open('tensorflow', working);
    const check = selfCheck(engine, await openOnnx(1));
    await expect(check).rejects.toThrow(TrainingError);
    await expect(check).rejects.toThrow(
      /^engine tensorflow: expected \S+ as on onnx within 0.001, got a relative/,
    );
    const automatic = await open('auto', working);
    expect(automatic.engine.name).toBe('onnx');
    expect(automatic.reason).toMatch(/^no working GPU: engine tensorflow: expected \S+ as on onnx/);
  });

  it('fails an engine that gives what is not a number', async () => {
    replaceErf(({ inputs }) => tf.mul(inputs.x as tf.Tensor, Number.NaN));
    const { engine } = await open('tensorflow', working);
    await expect(selfCheck(engine, await openOnnx(1))).rejects.toThrow('got a relative difference of NaN');
  });
});
