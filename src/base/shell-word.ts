/** Words of a command line that a shell reads as they are meant. */

/** As a shell takes it for one word. */
export function shellWord(text: string): string {
  return /^[\w./=,:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
