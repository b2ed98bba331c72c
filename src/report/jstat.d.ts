/** The part of jstat that is used; the package comes without types. */
declare module 'jstat' {
  const jstat: { studentt: { inv(p: number, degreesOfFreedom: number): number } };
  export = jstat;
}
