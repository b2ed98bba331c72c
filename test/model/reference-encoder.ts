/** The encoder once more, as the papers' equations in plain loops and float64: one sequence, no padding, no dropout. */
import type { EncoderSizes } from '../../src/model/sizes.ts';

type Matrix = number[][];
export type ReferenceWeights = (name: string) => Float32Array;

/** @returns hidden states [L][D] */
export function referenceEncode(
  ids: number[],
  segments: number[],
  sizes: EncoderSizes,
  weights: ReferenceWeights,
): Matrix {
  const { embedding: E, hidden: D, positions, layers } = sizes;
  const row = (name: string, at: number) => [...weights(name).subarray(at * E, (at + 1) * E)];
  const embedded = ids.map((id, i) => {
    const parts = [row('embeddings.token', id), row('embeddings.segment', segments[i]!)];
    if (positions === 'absolute') parts.push(row('embeddings.position', i));
    return parts.reduce(plus);
  });
  let x = embedded.map((vector) => norm(vector, weights, 'embeddings.norm'));
  if (E !== D) x = x.map((vector) => dense(vector, weights, 'embeddings.project'));
  for (let i = 0; i < layers; i++) {
    const layer: ReferenceWeights = (name) => weights(`layer.${i}.${name}`);
    const mixed = attend(x, sizes, layer).map((vector) => dense(vector, layer, 'attention.output'));
    const attended = x.map((vector, t) => norm(plus(vector, mixed[t]!), layer, 'attention.norm'));
    x = attended.map((vector) => {
      const inner = dense(vector, layer, 'feedForward.inner').map(gelu);
      return norm(plus(vector, dense(inner, layer, 'feedForward.output')), layer, 'feedForward.norm');
    });
  }
  return x;
}

/** softmax(Q Kᵀ / √K + bias) V for each head, heads side by side. */
function attend(x: Matrix, sizes: EncoderSizes, weights: ReferenceWeights): Matrix {
  const { heads: H, hidden: D, positions, relativeDistance: R, relativeScale } = sizes;
  const K = D / H;
  const joined = x.map((vector) => dense(vector, weights, 'attention.queryKeyValue'));
  const part = (which: number, t: number, h: number) =>
    joined[t]!.slice(which * D + h * K, which * D + (h + 1) * K);
  const biasOf = (h: number, from: number, to: number) => {
    if (positions === 'absolute') return 0;
    const distance = Math.max(-R, Math.min(R, to - from));
    return relativeScale * weights('attention.relativeBias')[(distance + R) * H + h]!;
  };
  return x.map((_, t) =>
    Array.from({ length: H }, (_, h) => {
      const logits = x.map((_, s) => dot(part(0, t, h), part(1, s, h)) / Math.sqrt(K) + biasOf(h, t, s));
      const largest = Math.max(...logits);
      const exps = logits.map((logit) => Math.exp(logit - largest));
      const total = exps.reduce((a, b) => a + b);
      return exps.map((exp, s) => part(2, s, h).map((value) => (exp / total) * value)).reduce(plus);
    }).flat(),
  );
}

function dense(x: number[], weights: ReferenceWeights, name: string): number[] {
  const [matrix, bias] = [weights(`${name}.weights`), weights(`${name}.bias`)];
  return Array.from(bias, (start, j) =>
    x.reduce((sum, value, i) => sum + value * matrix[i * bias.length + j]!, start),
  );
}

function norm(x: number[], weights: ReferenceWeights, name: string): number[] {
  const mean = x.reduce((a, b) => a + b) / x.length;
  const deviation = Math.sqrt(x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length);
  return x.map(
    (value, i) => ((value - mean) / deviation) * weights(`${name}.gain`)[i]! + weights(`${name}.bias`)[i]!,
  );
}

/** x · Φ(x), with Φ by its power series, which is exact for the sizes that occur here. */
function gelu(x: number): number {
  if (Math.abs(x) > 6) return Math.max(x, 0);
  let [term, sum] = [x, x];
  for (let n = 1; n < 200; n++) {
    term *= (x * x) / (2 * n + 1);
    sum += term;
  }
  return x * (0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI));
}

function dot(a: number[], b: number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function plus(a: number[], b: number[]): number[] {
  return a.map((value, i) => value + b[i]!);
}
