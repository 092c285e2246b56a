/** Finds patterns that match a name in constant time, however many there are: names, `PREFIX*` and `*`. */

export class PatternMap<T> {
  readonly #byPattern = new Map<string, T>();
  /** Lengths of the prefixes, so that each is looked up once. */
  readonly #lengths = new Set<number>();

  get size(): number {
    return this.#byPattern.size;
  }

  get(pattern: string): T | undefined {
    return this.#byPattern.get(pattern);
  }

  set(pattern: string, value: T): void {
    this.#byPattern.set(pattern, value);
    if (pattern.endsWith('*')) this.#lengths.add(pattern.length - 1);
  }

  /** The first value for the name that `take` says yes to. A missing name is matched by `*` alone. */
  find(name: string | undefined, take: (value: T) => boolean): T | undefined {
    const exact = name === undefined ? undefined : this.#byPattern.get(name);
    if (exact !== undefined && take(exact)) return exact;
    for (const length of this.#lengths) {
      if (length > (name?.length ?? 0)) continue;
      const value = this.#byPattern.get(`${name?.slice(0, length) ?? ''}*`);
      if (value !== undefined && take(value)) return value;
    }
    return undefined;
  }
}
