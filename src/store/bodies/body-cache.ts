/** Caches the bodies that were read last. */
import type { Json } from '../../kernel/json.ts';

const MAX_BODIES = 64;
const MAX_BYTES = 4 * 1024 * 1024;

export class BodyCache {
  readonly #bodies = new Map<string, { readonly body: Json; readonly bytes: number }>();
  #bytes = 0;

  get(id: string): Json | undefined {
    const found = this.#bodies.get(id);
    if (found === undefined) return undefined;
    this.#bodies.delete(id);
    this.#bodies.set(id, found);
    return found.body;
  }

  /** `bytes`: about its size. */
  set(id: string, body: Json, bytes: number): void {
    this.#bytes -= this.#bodies.get(id)?.bytes ?? 0;
    this.#bodies.delete(id);
    this.#bodies.set(id, { body, bytes });
    this.#bytes += bytes;
    for (const [oldest, { bytes: freed }] of this.#bodies) {
      if (this.#bodies.size <= MAX_BODIES && this.#bytes <= MAX_BYTES) return;
      this.#bodies.delete(oldest);
      this.#bytes -= freed;
    }
  }
}
