/** A number and its noun, `1 file`, `2 files`: for headlines, which are data and short. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
