/** `Nothing changed.`, `1 resource changed.`, `12 resources changed.` */
export function changedInWords(count: number): string {
  if (count === 0) return "Nothing changed.";
  return count === 1 ? "1 resource changed." : `${count} resources changed.`;
}
