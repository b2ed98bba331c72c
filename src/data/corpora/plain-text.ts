/** Plain text as people keep it in files: hard-wrapped lines, blank lines between paragraphs. */

/** Paragraphs of a text: blocks between blank lines, their lines joined, runs of white space made one space. */
export function paragraphsOf(text: string): string[] {
  return blocksOf(text).map(joinLines);
}

/** Blocks between blank lines, as they stand, without empty ones. */
export function blocksOf(text: string): string[] {
  return text
    .replace(/\r\n?/g, '\n')
    .split(/\n[^\S\n]*\n/)
    .filter((block) => /\S/.test(block));
}

/** One line from several. */
export function joinLines(block: string): string {
  return block.replace(notOneSpace, ' ').trim();
}

/** Runs of white space, without those that are one space already: most are, and stay as they stand. */
const notOneSpace = / \s+|[^\S ]\s*/g;

/**
 * Cuts a paragraph into sentences, for packing.
 *
 * A full stop after a title or a single initial ends no sentence; finer judgement is not needed, because a wrong
 * cut only moves the border between two segments.
 */
export function sentencesOf(paragraph: string): string[] {
  return paragraph.split(sentenceBorder);
}

const sentenceBorder =
  /(?<=[.!?]["')\]”’]*)(?<!\b(?:Mr|Mrs|Ms|Dr|St|Gen|Col|Capt|Sen|Rep|No|\p{Lu})\.)\s+(?=["'([“‘]*[\p{Lu}\d])/u;
