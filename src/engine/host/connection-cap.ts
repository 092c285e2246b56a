/**
 * A limit on connections that idle ones cannot use up: over it the oldest connection that has never shown a token goes, then the
 * oldest idle one. A new one is refused only when all are at work.
 */
import type { Socket } from 'node:net';

export class ConnectionCap {
  readonly #max: number;
  /** Each in the order of arrival. */
  readonly #strangers = new Set<Socket>();
  readonly #known = new Set<Socket>();
  /** With their number of requests under way. */
  readonly #busy = new Map<Socket, number>();

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#strangers.size + this.#known.size + this.#busy.size;
  }

  add(socket: Socket): void {
    socket.once('close', () => this.#forget(socket));
    if (this.size >= this.#max) {
      const [victim] = this.#strangers.size > 0 ? this.#strangers : this.#known;
      if (victim === undefined) return void socket.destroy();
      this.#forget(victim);
      victim.destroy();
    }
    this.#strangers.add(socket);
  }

  /** An authenticated request begins. */
  begin(socket: Socket): void {
    this.#strangers.delete(socket);
    this.#known.delete(socket);
    this.#busy.set(socket, (this.#busy.get(socket) ?? 0) + 1);
  }

  end(socket: Socket): void {
    const left = (this.#busy.get(socket) ?? 0) - 1;
    if (left > 0) return void this.#busy.set(socket, left);
    if (this.#busy.delete(socket) && !socket.destroyed) this.#known.add(socket);
  }

  #forget(socket: Socket): void {
    this.#strangers.delete(socket);
    this.#known.delete(socket);
    this.#busy.delete(socket);
  }
}
