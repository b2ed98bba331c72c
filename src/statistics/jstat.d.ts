/** The part of jstat that is used here; the package brings no types. */
declare module 'jstat' {
  const library: {
    jStat: {
      studentt: {
        cdf(t: number, degrees: number): number;
        pdf(t: number, degrees: number): number;
        inv(p: number, degrees: number): number;
      };
      noncentralt: { cdf(t: number, degrees: number, noncentrality: number): number };
      normal: { inv(p: number, mean: number, standardDeviation: number): number };
    };
  };
  export = library;
}
