/** Text that a terminal shows and does not obey. */

/** Controls (C0, DEL, C1) and marks that turn the direction of writing. */
const commands = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Names, paths and reasons come from files that others may have made. What a terminal would take for a command is shown
 * as `\u001b`, which in JSON means the same character; line feeds and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(commands, (character) =>
    character === '\n' || character === '\t'
      ? character
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
