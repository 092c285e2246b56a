/** Shortens ids to what people type. Pure. */

/** A letter and the last four characters of a random id, more of them when that is taken. */
export function shortId(id: string, isTaken: (id: string) => boolean, letter = 'p'): string {
  const tail = id.slice(id.indexOf('_') + 1).toLowerCase();
  for (let length = 4; length <= tail.length; length += 1) {
    const short = `${letter}${tail.slice(-length)}`;
    if (!isTaken(short)) return short;
  }
  return `${letter}${tail}`;
}
