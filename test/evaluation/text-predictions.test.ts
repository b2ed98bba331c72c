/** What networks say of sentences, on models that are small enough to check. */
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/base/random.ts';
import { describeText } from '../../src/evaluation/described-text.ts';
import { maskedTextOf } from '../../src/evaluation/masked-texts.ts';
import {
  type MaskedText,
  type PredictionSubject,
  predictTexts,
} from '../../src/evaluation/text-predictions.ts';
import { javascript, onnx } from '../helpers/engines.ts';
import { tinyModel, tinyTokenCounts, weightMemory } from '../helpers/tiny-model.ts';
import { toyData } from '../helpers/toy-data.ts';

const { vocabulary, tokenizer } = toyData();
const random = () => new RandomStream('test');
const textOf = (words: string) => maskedTextOf(words, tokenizer, 16, random());
const [long, short] = ['w1 [MASK] w4 w9 [MASK] w3', 'w7 w2 [MASK]'].map(textOf) as [MaskedText, MaskedText];

function subjectOf(regime: string, changes: Partial<PredictionSubject> = {}): PredictionSubject {
  const { plans, store, regime: known } = tinyModel(regime);
  return { regime: known, plans, engine: onnx, memory: weightMemory(store), vocabulary, ...changes };
}

describe('the networks of a run on a sentence', () => {
  it('guess the likeliest first, and draw one token of all for every masked place', async () => {
    const [prediction] = await predictTexts(subjectOf('joint'), [long], random());
    const { places, writtenIds } = prediction!;
    expect(places.map(({ position }) => position)).toEqual([2, 5]);
    for (const { best, sample, position } of places) {
      const probs = best.map(({ prob }) => prob);
      expect(probs).toEqual(probs.toSorted((a, b) => b - a));
      expect(best).toHaveLength(5);
      expect(writtenIds[position]).toBe(sample.id);
      expect(sample.prob).toBeLessThanOrEqual(probs[0]!);
    }
    const unmasked = [0, 1, 3, 4, 6, 7];
    expect(unmasked.map((at) => writtenIds[at])).toEqual(unmasked.map((at) => long.tokenIds[at]));
  });

  it('judge every token that is read; BERT judges none', async () => {
    const [joint] = await predictTexts(subjectOf('joint'), [long], random());
    expect(joint!.replacedProbs).toHaveLength(long.tokenIds.length);
    for (const prob of joint!.replacedProbs!) expect(prob > 0 && prob < 1).toBe(true);
    const [bert] = await predictTexts(subjectOf('bert'), [long], random());
    expect(bert!.replacedProbs).toBeUndefined();
  });

  it('say the same of a sentence alone and beside a longer one: padding and unused places change nothing', async () => {
    const [alone] = await predictTexts(subjectOf('joint'), [short], random());
    const [, beside] = await predictTexts(subjectOf('joint'), [long, short], random());
    for (const [i, { prob }] of alone!.places[0]!.best.entries())
      expect(beside!.places[0]!.best[i]!.prob).toBeCloseTo(prob, 5);
    expect(beside!.places).toHaveLength(1);
  });

  it('draw the same samples from equal streams, also on the reference engine', async () => {
    const [first] = await predictTexts(subjectOf('joint'), [long], random());
    const [again] = await predictTexts(subjectOf('joint'), [long], random());
    expect(again).toEqual(first);
    const [reference] = await predictTexts(subjectOf('joint', { engine: javascript }), [long], random());
    expect(reference!.writtenIds).toEqual(first!.writtenIds);
    for (const [i, prob] of first!.replacedProbs!.entries())
      expect(reference!.replacedProbs![i]).toBeCloseTo(prob, 4);
  });

  it('give a table of frequencies its own probabilities: count / total', async () => {
    const { plans, store, regime } = tinyModel('joint', {}, { kind: 'unigram' });
    const subject = { ...subjectOf('joint'), regime, plans, memory: weightMemory(store) };
    const [prediction] = await predictTexts(subject, [short], random());
    const [best] = prediction!.places[0]!.best;
    const total = tinyTokenCounts.reduce((sum, count) => sum + count, 0);
    expect(best!.id).toBe(5);
    expect(best!.prob).toBeCloseTo(60 / total, 2);
  });
});

describe('a described sentence', () => {
  it('has a token for each word, without the marks of its ends, and samples at masked places only', async () => {
    const [prediction] = await predictTexts(subjectOf('joint'), [long], random());
    const tokens = describeText(long, prediction!, vocabulary);
    expect(tokens.map(({ token }) => token)).toEqual(['w1', '[MASK]', 'w4', 'w9', '[MASK]', 'w3']);
    expect(tokens.map(({ sample }) => sample !== undefined)).toEqual([
      false,
      true,
      false,
      false,
      true,
      false,
    ]);
    for (const { replaced } of tokens)
      expect(String(replaced).replace(/^0\.0*/, '').length).toBeLessThanOrEqual(6);
  });
});
