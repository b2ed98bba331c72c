/** Loads tfjs's plain JavaScript backend, and fixes the one kernel of it that changes its input. */
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-cpu'; // registers its kernels
import { tf } from '../tensors.ts';

/** @returns the backend's registered name */
export function loadJavascriptBackend(): string {
  fixScatterUpdate();
  return 'cpu';
}

let isFixed = false;

/** tfjs-backend-cpu 4.22 writes the updates of `tensorScatterUpdate` into the tensor it was given. */
function fixScatterUpdate(): void {
  if (isFixed) return;
  isFixed = true;
  const kernel = tf.getKernel('TensorScatterUpdate', 'cpu');
  tf.unregisterKernel('TensorScatterUpdate', 'cpu');
  tf.registerKernel({
    ...kernel,
    kernelFunc: (call) => {
      const cpu = call.backend as MathBackendCPU;
      const { dataId, shape, dtype } = call.inputs.tensor as tf.TensorInfo;
      const values = (cpu.data.get(dataId).values as Float32Array).slice();
      return kernel.kernelFunc({
        ...call,
        inputs: { ...call.inputs, tensor: cpu.makeTensorInfo(shape, dtype, values) },
      });
    },
  });
}
