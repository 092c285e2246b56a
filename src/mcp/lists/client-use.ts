/**
 * Tells what a server has asked of agents' clients, and so which client an instance may serve that was told of another
 * one.
 */
import type { ClientProfile } from '../eras/client-profile.ts';
import type { WireMap } from '../wire/message.ts';

/** Requests of servers, and the capabilities that they need. */
const NEEDED: ReadonlyMap<string, string> = new Map([
  ['roots/list', 'roots'],
  ['sampling/createMessage', 'sampling'],
  ['elicitation/create', 'elicitation'],
]);

const CAPABILITIES: readonly string[] = [...NEEDED.values()];

export class ClientUse {
  readonly #asked = new Set<string>();

  /** Capabilities that it has used. */
  get asked(): readonly string[] {
    return [...this.#asked];
  }

  get isAsking(): boolean {
    return this.#asked.size > 0;
  }

  /** True when that is news. */
  note(method: string): boolean {
    const capability = NEEDED.get(method);
    if (capability === undefined || this.#asked.has(capability)) return false;
    this.#asked.add(capability);
    return true;
  }

  recall(asked: readonly string[]): void {
    for (const capability of asked) if (CAPABILITIES.includes(capability)) this.#asked.add(capability);
  }

  /**
   * Whether an instance that was told of `told` may serve a client of `client`: what the server uses must be just what the
   * client has; of what it has never used it may have been told more than that.
   */
  fits(client: ClientProfile, told: ClientProfile): boolean {
    return CAPABILITIES.every((capability) => {
      const [has, was] = [client.capabilities[capability], told.capabilities[capability]];
      if (!this.#asked.has(capability)) return has === undefined || was !== undefined;
      return (has === undefined) === (was === undefined) && modes(has) === modes(was);
    });
  }
}

/** Of sampling and elicitation: their modes, such as `url`; what an empty object stands for is the plain mode. */
function modes(capability: unknown): string {
  if (typeof capability !== 'object' || capability === null) return '';
  const { listChanged: _, ...rest } = capability as WireMap;
  return Object.keys(rest)
    .filter((mode) => mode !== 'form')
    .toSorted()
    .join(' ');
}
