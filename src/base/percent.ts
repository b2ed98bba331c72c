/** A fraction as people read it, 0.1234 as `12.3 %`; nothing where there is none. */
export function percent(fraction: number | undefined): string {
  return fraction === undefined ? '' : `${(100 * fraction).toFixed(1)} %`;
}
