/** Remembers which heads of the journal were given out, so that a signature names one that was. */
import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { ChainHead, Database } from '../../store/types.ts';

const MAX_HEADS = 4_096;

export const headText = ({ seq, hash }: Pick<ChainHead, 'seq' | 'hash'>): string => `${seq}:${hash}`;

export class Heads {
  readonly #db: Pick<Database<Record<string, never>>, 'head'>;
  readonly #given = new BoundedMap<string, true>(MAX_HEADS);

  constructor(db: Pick<Database<Record<string, never>>, 'head'>) {
    this.#db = db;
  }

  now(): ChainHead {
    const head = this.#db.head();
    this.#given.set(headText(head), true);
    return head;
  }

  has(text: string): boolean {
    return this.#given.get(text) === true || headText(this.#db.head()) === text;
  }
}
