/** A few sentences of held-out text, the same for all runs on that text, with the places that are masked in them. */
import { RandomStream } from '../base/random.ts';
import type { PreparedData } from '../data/preparation/prepared-data.ts';
import { withDrawnPlaces } from './masked-texts.ts';
import type { MaskedText } from './text-predictions.ts';

/** Long enough to say something, short enough for a line or two. */
const [fewestTokens, mostTokens] = [8, 22];

/** At most one of each example. @returns fewer where there are no more */
export function heldOutSentences(
  { heldOut, vocabulary }: Pick<PreparedData, 'heldOut' | 'vocabulary'>,
  count: number,
): MaskedText[] {
  const order = new RandomStream('shown sentences').shuffle([...Array(heldOut.count).keys()]);
  const row = new Int32Array(heldOut.sequenceLength);
  const found: MaskedText[] = [];
  for (const example of order) {
    if (found.length === count) break;
    heldOut.read(example, row);
    const sentence = sentenceIn(row.subarray(0, heldOut.lengths[example]), vocabulary);
    if (!sentence) continue;
    const tokenIds = Int32Array.of(vocabulary.clsId, ...sentence, vocabulary.sepId);
    found.push(withDrawnPlaces(tokenIds, vocabulary, new RandomStream('shown masks', found.length)));
  }
  return found;
}

/** From behind one full stop to the next; text without full stops begins where the example does. */
function sentenceIn(
  tokenIds: Int32Array,
  vocabulary: PreparedData['vocabulary'],
): readonly number[] | undefined {
  const { sepId, unknownId } = vocabulary;
  const stop = vocabulary.idOf('.');
  let start = stop === undefined ? 1 : Number.POSITIVE_INFINITY;
  for (const [at, id] of tokenIds.entries()) {
    const isEnd = stop === undefined ? id === sepId || at - start === mostTokens - 1 : id === stop;
    const words = isEnd ? [...tokenIds.subarray(start, id === sepId ? at : at + 1)] : [];
    const isWhole = words.length >= fewestTokens && words.length <= mostTokens;
    if (isWhole && !words.includes(unknownId) && !words.includes(sepId)) return words;
    if (isEnd) start = at + 1;
  }
  return undefined;
}
