/** Token ids as they are kept in files: two bytes each where the vocabulary allows it. */

export type TokenIds = Uint16Array | Int32Array;

/** The array that holds the ids of a vocabulary of so many entries. */
export function idArrayFor(vocabularySize: number): Uint16ArrayConstructor | Int32ArrayConstructor {
  return vocabularySize <= 2 ** 16 ? Uint16Array : Int32Array;
}
