import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/program.ts';
import { selfCheck } from '../../src/training/self-check.ts';
import { javascript, onnx } from '../helpers/engines.ts';

/** An engine that gets one output wrong. */
function wrongIn(pattern: RegExp, spoil: (value: number) => number): Engine {
  return {
    ...onnx,
    name: 'tensorflow',
    async compile(program, memory) {
      const compiled = await onnx.compile(program, memory);
      const name = Object.keys(compiled.outputs).find((output) => pattern.test(output))!;
      return {
        ...compiled,
        async run() {
          await compiled.run();
          compiled.outputs[name]![0] = spoil(compiled.outputs[name]![0]!);
        },
      };
    },
  };
}

describe('the self-check', () => {
  it('passes between engines that agree', async () => {
    await selfCheck(javascript, onnx);
  });

  it.each([
    ['a loss that is one percent off', /^loss$/, (value: number) => value * 1.01, /loss as on onnx/],
    ['a loss that is not a number', /^loss$/, () => Number.NaN, /loss as on onnx/],
    [
      'one gradient that is off',
      /^gradients\/.*token$/,
      (value: number) => value + 1,
      /gradients\/\S+token as on/,
    ],
    [
      'one gradient that is not a number',
      /^gradients\/.*token$/,
      () => Number.NaN,
      /gradients\/\S+token as on/,
    ],
  ])('finds %s', async (_, output, spoil, message) => {
    await expect(selfCheck(wrongIn(output, spoil), onnx)).rejects.toThrow(message);
    await expect(selfCheck(wrongIn(output, spoil), onnx)).rejects.toThrow(
      /^engine tensorflow: expected \S+ as on onnx within 0\.001, got a relative difference of (NaN|[\d.e+-]+)$/,
    );
  });
});
