/** Leaves out of an object what is undefined, for places where absent and undefined differ. */
export function defined<T extends object>(fields: T): { -readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
