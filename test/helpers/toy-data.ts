/** Prepared data without files: packed examples of a toy language over a vocabulary of forty. */
import { RandomStream } from '../../src/base/random.ts';
import { packDocuments } from '../../src/data/preparation/packing.ts';
import type { PreparedData } from '../../src/data/preparation/prepared.ts';
import { specialTokens, Vocabulary } from '../../src/data/vocabulary/vocabulary.ts';
import { WordPieceTokenizer } from '../../src/data/vocabulary/wordpiece.ts';
import { examplesInMemory } from './examples.ts';

const words = 35;
const sequenceLength = 16;

/** Each word is followed by one of two: sentences that a model can learn something about. */
function sentence(random: RandomStream): Int32Array {
  let word = random.integer(words);
  return Int32Array.from({ length: 3 + random.integer(9) }, () => {
    word = (2 * word + random.integer(2)) % words;
    return specialTokens.length + word;
  });
}

export function toyData(): PreparedData {
  const vocabulary = new Vocabulary([...specialTokens, ...Array.from({ length: words }, (_, i) => `w${i}`)]);
  const documents = (name: string, count: number) => {
    const random = new RandomStream('toy data', name);
    return Array.from({ length: count }, () => Array.from({ length: 4 }, () => sentence(random)));
  };
  const pack = (part: Int32Array[][], name: string) =>
    examplesInMemory(
      packDocuments(part, sequenceLength, vocabulary, new RandomStream('toy packing', name)),
      sequenceLength,
    );
  const [train, heldOut] = [documents('train', 12), documents('held-out', 6)];
  return {
    hash: 'toy',
    vocabulary,
    tokenizer: new WordPieceTokenizer(vocabulary, { lowercase: true }),
    train: pack(train, 'train'),
    heldOut: pack(heldOut, 'held-out'),
    trainTokenCount: train.flat().reduce((sum, ids) => sum + ids.length, 0),
    documents: { train: train.length, heldOut: heldOut.length },
  };
}
