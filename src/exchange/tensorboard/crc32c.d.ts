/** The part of crc-32 that is used here; the package has types of its other half only. */
declare module 'crc-32/crc32c.js' {
  const crc32c: {
    /** @returns a signed 32-bit number */
    buf(bytes: Uint8Array): number;
  };
  export = crc32c;
}
