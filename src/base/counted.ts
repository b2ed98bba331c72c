/** A number with its noun: `1 run`, `1,234 runs`. @param noun one whose plural ends in s */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
