/** Tells which call in flight an id means, also where a server writes it differently. */
import { SlotMap } from '../../kernel/slot-map.ts';
import type { PendingCall } from './upstream.ts';

export class CallsInFlight {
  /** By the id that the upstream knows. */
  readonly byId = new SlotMap<number, PendingCall>();
  #lastId = 0;

  /** Ids are given out in order. */
  add(id: number, call: PendingCall): void {
    this.#lastId = Math.max(this.#lastId, id);
    this.byId.set(id, call);
  }

  /** The call in flight that an id means: servers that write "1" for 1 mean it too. */
  owner(id: unknown): number | undefined {
    const number = numberIn(id);
    return number !== undefined && this.byId.has(number) ? number : undefined;
  }

  /** The id was a call's that is over: cancelled, timed out, or answered before. */
  isPast(id: unknown): boolean {
    const number = numberIn(id);
    return number !== undefined && number >= 0 && number <= this.#lastId && !this.byId.has(number);
  }

  /** The call that fails by an answer with this id: the one it names, or the only one when it names none that ever was. */
  blamed(id: unknown): number | undefined {
    return this.owner(id) ?? (this.isPast(id) ? undefined : this.only);
  }

  /** The only one, if there is one only: what names no call belongs to it. */
  get only(): number | undefined {
    const [only, another] = this.byId.keys();
    return another === undefined ? only : undefined;
  }
}

function numberIn(id: unknown): number | undefined {
  if (typeof id === 'number') return Number.isSafeInteger(id) ? id : undefined;
  return typeof id === 'string' && /^\d{1,15}$/.test(id) ? Number(id) : undefined;
}
