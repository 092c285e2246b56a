/** Adds items to a list one by one: a spread of a long one (`push(...items)`) overflows the stack. */
export function append<T>(list: T[], items: Iterable<T>): void {
  for (const item of items) list.push(item);
}
