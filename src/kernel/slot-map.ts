/**
 * Keeps values that come and go thousands of times a second by key. A `Map` grows into a new table every few insertions, and
 * V8 links each table to its successor: one that has become old keeps all later ones, and what stood in them, from being
 * collected young. Here the table holds numbers of slots; what is deleted is free at once.
 */
export class SlotMap<K, V> {
  readonly #slots = new Map<K, number>();
  readonly #values: (V | undefined)[] = [];
  readonly #free: number[] = [];

  get size(): number {
    return this.#slots.size;
  }

  has(key: K): boolean {
    return this.#slots.has(key);
  }

  get(key: K): V | undefined {
    const slot = this.#slots.get(key);
    return slot === undefined ? undefined : this.#values[slot];
  }

  set(key: K, value: V): void {
    const known = this.#slots.get(key);
    const slot = known ?? this.#free.pop() ?? this.#values.length;
    this.#values[slot] = value;
    if (known === undefined) this.#slots.set(key, slot);
  }

  /** True when there was one. */
  delete(key: K): boolean {
    const slot = this.#slots.get(key);
    if (slot === undefined) return false;
    this.#slots.delete(key);
    this.#values[slot] = undefined;
    this.#free.push(slot);
    return true;
  }

  clear(): void {
    this.#slots.clear();
    this.#values.length = 0;
    this.#free.length = 0;
  }

  /** In the order of insertion, as those of a `Map`. */
  keys(): MapIterator<K> {
    return this.#slots.keys();
  }

  /** In the order of insertion; what is deleted meanwhile is left out. */
  *values(): Generator<V, undefined> {
    for (const slot of this.#slots.values()) yield this.#values[slot] as V;
    return undefined;
  }
}
