/** Chooses which session goes when there is no room: the one that nobody has been connected to for longest. Pure. */

/** `since` is undefined for one that is in use. */
export function longestAlone<T>(all: Iterable<T>, since: (one: T) => number | undefined): T | undefined {
  let oldest: T | undefined;
  for (const one of all) {
    const ms = since(one);
    if (ms !== undefined && (oldest === undefined || ms < (since(oldest) ?? ms))) oldest = one;
  }
  return oldest;
}
