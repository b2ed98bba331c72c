/** The fixture of scikit-learn's and SciPy's answers, typed; null stands for undefined. */
import reference from './reference-values.json' with { type: 'json' };

export type Expected = Record<string, number | null>;

export interface BinaryCase {
  name: string;
  logits: number[];
  labels: number[];
  mask?: number[];
  expected: Expected;
}

export interface ClassCase {
  name: string;
  K: number;
  predicted: number[];
  actual: number[];
  expected: Expected;
}

export interface CorrelationCase {
  name: string;
  x: number[];
  y: number[];
  expected: Expected;
}

export const binaryCases: BinaryCase[] = reference.binary;
export const classCases: ClassCase[] = reference.classes;
export const correlationCases: CorrelationCase[] = reference.correlations;
