/** Proposes names for servers that come from elsewhere: the nearest that can be, with a number when it is taken. Pure. */
import { nearestServerName } from '../../kernel/server-name.ts';

const MAX_CHARS = 32;

export class ServerNames {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /** Free; undefined when nothing of the name can be kept. */
  propose(name: string): string | undefined {
    const stem = nearestServerName(name);
    if (stem === undefined || !this.#taken.has(stem)) return stem;
    for (let number = 2; ; number += 1) {
      const end = `-${number}`;
      const next = `${stem.slice(0, MAX_CHARS - end.length).replace(/-$/, '')}${end}`;
      if (!this.#taken.has(next)) return next;
    }
  }

  take(name: string): void {
    this.#taken.add(name);
  }
}
