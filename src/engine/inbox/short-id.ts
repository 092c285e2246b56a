/** Shortens ids to what people type. Pure. */

/** `p` and the last four characters of a random id, more of them when that is taken. */
export function shortId(id: string, isTaken: (id: string) => boolean): string {
  const tail = id.slice(id.indexOf('_') + 1).toLowerCase();
  for (let length = 4; length <= tail.length; length += 1) {
    const short = `p${tail.slice(-length)}`;
    if (!isTaken(short)) return short;
  }
  return `p${tail}`;
}
