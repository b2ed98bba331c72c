/** Features as a probe reads them: some layers side by side, each number with mean 0 and spread 1 over the training rows. */
import { momentsOf } from '../linear/linear-fit.ts';
import type { Features } from './pooled-states.ts';

export interface LayerChoice {
  /** `all`, or a layer's number. */
  name: string;
  numbers: number[];
}

/** All layers together, then each by itself. */
export function layerChoices({ layers }: Pick<Features, 'layers'>): LayerChoice[] {
  const numbers = layers.map((_, layer) => layer);
  return [{ name: 'all', numbers }, ...numbers.map((layer) => ({ name: String(layer), numbers: [layer] }))];
}

export interface Standardised {
  /** Of a row. */
  width: number;
  /** [count, width] */
  train: Float32Array;
  others: Float32Array[];
}

/** @param others standardised by the training rows' means and spreads */
export function standardised(
  numbers: readonly number[],
  train: Features,
  others: readonly Features[],
): Standardised {
  const width = numbers.length * train.width;
  const rows = sideBySide(numbers, train);
  const { means, deviations } = momentsOf(rows, width);
  const inUnits = (values: Float32Array) => {
    for (let i = 0; i < values.length; i++) {
      const f = i % width;
      values[i] = (values[i]! - means[f]!) / deviations[f]!;
    }
    return values;
  };
  return { width, train: inUnits(rows), others: others.map((part) => inUnits(sideBySide(numbers, part))) };
}

/** [count, numbers.length · width] */
function sideBySide(numbers: readonly number[], { count, width, layers }: Features): Float32Array {
  const all = new Float32Array(count * width * numbers.length);
  for (const [place, layer] of numbers.entries()) {
    for (let n = 0; n < count; n++) {
      const row = layers[layer]!.subarray(n * width, (n + 1) * width);
      all.set(row, (n * numbers.length + place) * width);
    }
  }
  return all;
}
