/** The package has no types of its own: what we use of it. */
declare module 'write-good' {
  interface Suggestion {
    index: number;
    offset: number;
    reason: string;
  }

  /** @param options names of checks, false where one is off */
  function writeGood(text: string, options?: Record<string, boolean>): Suggestion[];
  export = writeGood;
}
