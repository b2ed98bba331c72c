/** A fraction as people read it, 0.1234 as `12.3 %`; nothing where there is none. */
export function percent(fraction: number | undefined): string {
  if (fraction === undefined) return '';
  const text = (100 * fraction).toFixed(1);
  return `${text === '-0.0' ? '0.0' : text} %`;
}
