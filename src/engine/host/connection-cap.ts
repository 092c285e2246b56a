/**
 * Limits connections so that idle ones cannot use the limit up: over it the oldest connection that has never shown a token goes, then the
 * oldest idle one, then the oldest whose request is still arriving. A new one is refused only when all are at work.
 */
import type { Socket } from 'node:net';

export class ConnectionCap {
  readonly #max: number;
  /** Each in the order of arrival. */
  readonly #strangers = new Set<Socket>();
  readonly #known = new Set<Socket>();
  /** With a token, but not yet the whole of its request. */
  readonly #receiving = new Set<Socket>();
  /** With their number of requests under way. */
  readonly #busy = new Map<Socket, number>();
  readonly #principals = new Map<Socket, string>();

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#strangers.size + this.#known.size + this.#receiving.size + this.#busy.size;
  }

  add(socket: Socket): void {
    socket.once('close', () => this.#forget(socket));
    if (this.size >= this.#max) {
      const [victim] = [...first(this.#strangers), ...first(this.#known), ...first(this.#receiving)];
      if (victim === undefined) return void socket.destroy();
      this.#forget(victim);
      victim.destroy();
    }
    this.#strangers.add(socket);
  }

  /** Whether a principal has so many connections at work that others could be left without one: half of all. */
  isOverShare(socket: Socket, principal: string): boolean {
    if (this.#busy.has(socket)) return false;
    let own = 0;
    for (const one of this.#busy.keys()) if (this.#principals.get(one) === principal) own += 1;
    return own >= this.#max / 2;
  }

  /** An authenticated request begins to arrive. */
  begin(socket: Socket, principal: string): void {
    this.#principals.set(socket, principal);
    this.#strangers.delete(socket);
    this.#known.delete(socket);
    if (!this.#busy.has(socket)) this.#receiving.add(socket);
  }

  /** All of it is there. */
  received(socket: Socket): void {
    this.#receiving.delete(socket);
    if (socket.destroyed) return;
    this.#busy.set(socket, (this.#busy.get(socket) ?? 0) + 1);
  }

  end(socket: Socket): void {
    if (this.#receiving.delete(socket) && !socket.destroyed) return void this.#known.add(socket);
    const left = (this.#busy.get(socket) ?? 0) - 1;
    if (left > 0) return void this.#busy.set(socket, left);
    if (this.#busy.delete(socket) && !socket.destroyed) this.#known.add(socket);
  }

  /** Closes what a principal has open, answers under way included. */
  closeAllOf(principal: string): void {
    for (const [socket, one] of this.#principals) if (one === principal) socket.destroy();
  }

  #forget(socket: Socket): void {
    this.#strangers.delete(socket);
    this.#known.delete(socket);
    this.#receiving.delete(socket);
    this.#busy.delete(socket);
    this.#principals.delete(socket);
  }
}

/** The oldest, if there is one. */
function first<T>(set: ReadonlySet<T>): T[] {
  for (const one of set) return [one];
  return [];
}
