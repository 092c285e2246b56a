/** Orders names as people do: `tool_2` before `tool_10`. Pure. */
const collator = new Intl.Collator('en', { numeric: true });

/** Names that only differ in what a collator ignores have an order, too. */
export function byNaturalOrder(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
