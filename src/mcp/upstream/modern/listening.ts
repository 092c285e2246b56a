/**
 * Asks a server of 2026-07-28 to tell what changes: by one `subscriptions/listen`, and by another one when that is to
 * be other changes.
 */
import type { Clock, Timer } from '../../../kernel/clock.ts';
import { isMap, mapAt, type WireMap } from '../../wire/message.ts';
import { nobodysCall } from '../nobodys-call.ts';
import { RPC } from '../../wire/rpc-errors.ts';
import type { PendingCall } from '../upstream.ts';

const MAX_WAIT_MS = 30_000;

export interface ListenConnection {
  readonly clock: Clock;
  /** Sends the request and returns its id. */
  send(message: WireMap, call: PendingCall): number;
  cancel(id: number): void;
}

export class Listening {
  readonly #connection: ListenConnection;
  readonly #filter: WireMap;
  readonly #uris = new Set<string>();
  #current: number | undefined;
  /** Ends once the new one is acknowledged, so that nothing falls between the two. */
  #former: number | undefined;
  #failures = 0;
  #timer: Timer | undefined;
  #isClosed = false;

  /** `capabilities` are the server's: it is asked for those lists only that it says may change. */
  constructor(connection: ListenConnection, capabilities: WireMap) {
    this.#connection = connection;
    const changes = (kind: string): boolean => {
      const capability = capabilities[kind];
      return isMap(capability) && capability['listChanged'] === true;
    };
    this.#filter = {
      ...(changes('tools') ? { toolsListChanged: true } : {}),
      ...(changes('prompts') ? { promptsListChanged: true } : {}),
      ...(changes('resources') ? { resourcesListChanged: true } : {}),
    };
  }

  start(): void {
    if (Object.keys(this.#filter).length > 0) this.#open();
  }

  add(uri: string): void {
    if (this.#uris.has(uri)) return;
    this.#uris.add(uri);
    this.#changed();
  }

  remove(uri: string): void {
    if (this.#uris.delete(uri)) this.#changed();
  }

  /** The server has taken up a subscription. */
  acknowledged(id: unknown): void {
    if (id !== this.#current) return;
    this.#failures = 0;
    this.#endFormer();
  }

  /** The server has ended a subscription. */
  ended(id: unknown): void {
    if (id === this.#former) this.#former = undefined;
    if (id !== this.#current || this.#isClosed) return;
    this.#current = undefined;
    this.#openLater();
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#endFormer();
    if (this.#current !== undefined) this.#connection.cancel(this.#current);
    this.#current = undefined;
  }

  #changed(): void {
    if (this.#isClosed) return;
    this.#endFormer();
    this.#former = this.#current;
    this.#current = undefined;
    if (Object.keys(this.#filter).length === 0 && this.#uris.size === 0) return this.#endFormer();
    this.#open();
  }

  #open(): void {
    this.#timer?.cancel();
    const notifications = {
      ...this.#filter,
      ...(this.#uris.size === 0 ? {} : { resourceSubscriptions: [...this.#uris] }),
    };
    let id: number | undefined;
    const call = nobodysCall((answer) => {
      // It knows nothing of it: asking again would change nothing.
      if (answer.kind === 'small' && mapAt(answer.message, 'error')?.['code'] === RPC.methodNotFound) this.close();
      if (id !== undefined) this.ended(id);
    });
    id = this.#connection.send({ jsonrpc: '2.0', method: 'subscriptions/listen', params: { notifications } }, call);
    this.#current = id;
  }

  #openLater(): void {
    const waitMs = Math.min(1_000 * 2 ** this.#failures, MAX_WAIT_MS);
    this.#failures = Math.min(this.#failures + 1, 5);
    this.#timer = this.#connection.clock.after(waitMs, () => this.#open(), { unref: true });
  }

  #endFormer(): void {
    if (this.#former !== undefined) this.#connection.cancel(this.#former);
    this.#former = undefined;
  }
}
