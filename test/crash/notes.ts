/** The notes that a writer adds beside its changes, and what must be read of them afterwards. */

/** Each caller puts so many items in turn. */
export const IDS_A_CALLER = 20;
export const NOTE_EVERY = 5;

export function noteOf(id: string, value: number): { id: string; title: string; text: string } {
  return { id: `${id}/${value}`, title: id, text: `${id} at ${value} ${'.'.repeat(value % 2_000)}` };
}

/** Values of the notes that belong to an item with this value, newest first. */
export function noteValues(value: number): number[] {
  const values: number[] = [];
  for (let one = value; one > 0; one -= IDS_A_CALLER) if (one % NOTE_EVERY === 0) values.push(one);
  return values;
}
