/**
 * Sends one stream of server-sent events: numbered messages, kept for an agent that lost the connection, over one
 * response after another.
 */
import type { ServerResponse } from 'node:http';
import { eventId, type EventStore, type KeptEvent } from './event-store.ts';
import { flatPiece, flatText, SSE_HEADERS } from './sse.ts';

/** Notifications for an agent that is this far behind are dropped: they would only age. */
const DROP_BYTES = 4 * 1024 * 1024;
/** A connection that is this far behind is ended. */
const GIVE_UP_BYTES = 128 * 1024 * 1024;
/** A longer one is not kept: something short stands in for it. */
const MAX_KEPT_MESSAGE_BYTES = 1024 * 1024;
/** After what time a client should come back. */
const RETRY_MS = 1_000;

const NEWLINES = Buffer.from('\n\n');

export class MessageStream {
  readonly key: number;
  readonly #store: EventStore;
  #response: ServerResponse | undefined;
  /** Of the newest event that was written to a response. */
  #writtenSeq = 0;
  #isFinished = false;

  constructor(key: number, store: EventStore) {
    this.key = key;
    this.#store = store;
  }

  get isAttached(): boolean {
    return this.#response !== undefined;
  }

  /**
   * Goes on over this response: headers, what was missed, then what comes. `afterSeq` is the last event that the agent saw;
   * absent, it is sent what no response has taken. `primes`: an empty event first, so that the agent has an id to come back with.
   */
  attach(
    response: ServerResponse,
    options: { readonly afterSeq?: number | undefined; readonly primes?: boolean; readonly sessionId: string },
  ): void {
    this.#response?.end();
    this.#response = response;
    response.writeHead(200, { ...SSE_HEADERS, 'mcp-session-id': options.sessionId });
    response.once('close', () => {
      if (this.#response === response) this.#response = undefined;
    });
    const missed = this.#store.after(this.key, options.afterSeq ?? this.#writtenSeq);
    if (options.primes === true && missed.length === 0) {
      response.write(`retry: ${RETRY_MS}\nid: ${eventId(this.key, this.#store.skip())}\ndata: \n\n`);
    } else {
      response.write(`retry: ${RETRY_MS}\n\n`);
    }
    for (const event of missed) this.#write(event);
    if (this.#isFinished) response.end();
  }

  /** `standIn` is kept in place of a long message. Nothing comes of it once the stream is finished. */
  send(message: string | readonly Buffer[], bytes: number, standIn?: string): void {
    if (this.#isFinished) return;
    const flat = typeof message === 'string' ? flatText(message) : message.map(flatPiece);
    const isLong = bytes > MAX_KEPT_MESSAGE_BYTES;
    const kept = isLong ? standIn : flat;
    const seq = kept === undefined ? this.#store.skip() : this.#store.add(this.key, kept);
    this.#write({ seq, stream: this.key, message: flat, bytes });
  }

  /** Whether a message that may be dropped is worth sending. */
  takesNotifications(): boolean {
    return this.#response === undefined || this.#response.writableLength < DROP_BYTES;
  }

  /** Whether the same message waits already for an agent that is not there. */
  awaits(text: string): boolean {
    if (this.#response !== undefined) return false;
    return this.#store.after(this.key, this.#writtenSeq).some(({ message }) => message === text);
  }

  keepAlive(): void {
    if (!this.#isFinished) this.#response?.write(': keep-alive\n\n');
  }

  /** Nothing more comes. */
  finish(): void {
    this.#isFinished = true;
    this.#response?.end();
  }

  #write({ seq, message }: KeptEvent): void {
    const response = this.#response;
    if (response === undefined) return;
    this.#writtenSeq = seq;
    const start = `id: ${eventId(this.key, seq)}\ndata: `;
    if (typeof message === 'string') {
      response.write(`${start}${message}\n\n`);
    } else {
      response.cork();
      response.write(start);
      for (const piece of message) response.write(piece);
      response.write(NEWLINES);
      response.uncork();
    }
    if (response.writableLength > GIVE_UP_BYTES) response.destroy();
  }
}
