/** Connects to an instance on a pair of byte streams: newline-delimited JSON-RPC. */
import { messageOf } from '../../kernel/errors.ts';
import { PacedStream } from '../../pacing/paced-stream.ts';
import { isModernVersion } from '../eras/modern.ts';
import { LineReader } from '../wire/framing.ts';
import { sourcedPieces } from '../wire/json-source.ts';
import type { WireMap } from '../wire/message.ts';
import { Outbox } from '../wire/outbox.ts';
import { lostError } from '../wire/rpc-errors.ts';
import { StalledLine } from './stalled-line.ts';
import type { ConnectFailure, UpstreamInfo, UpstreamStream } from '../types/connection.ts';
import { UpstreamInbox } from './upstream-inbox.ts';
import {
  NO_INFO,
  type Connection,
  type ConnectionOptions,
  type PendingCall,
  type RequestOptions,
  type UpstreamListener,
} from './upstream.ts';

export class StdioUpstream implements Connection {
  readonly id: string;
  readonly server: string;
  readonly mask: (text: string) => string;
  listener: UpstreamListener;
  info: UpstreamInfo = NO_INFO;
  isLost = false;
  /** Why the router gave up a server that may live on. */
  failure: ConnectFailure | undefined;
  readonly #stream: UpstreamStream;
  readonly #inbox: UpstreamInbox;
  readonly #outbox: Outbox;
  readonly #line: StalledLine;
  readonly #paced: PacedStream;
  #nextId = 1;

  constructor(stream: UpstreamStream, options: ConnectionOptions) {
    this.id = options.id;
    this.server = options.server;
    this.mask = options.mask;
    this.listener = options.listener;
    this.#stream = stream;
    const flow = options.pacer.flow({ isAwaited: () => this.#inbox.pending.size > 0 });
    this.#inbox = new UpstreamInbox(this, { ...options, flow });
    this.#outbox = new Outbox(stream.input);
    const reader = new LineReader(options.maxMessageBytes, {
      small: (text) => this.#inbox.small(text),
      large: (parts, bytes) => this.#inbox.large(parts, bytes),
      growing: (parts, bytes) => this.#inbox.growing(parts, bytes),
      overflow: (head) => this.#inbox.overflow(head),
      oversize: (head, tail, bytes) => this.#inbox.oversize(head, tail, bytes),
      endless: (bytes) => this.#giveUp(`one of its messages has no end: ${bytes} bytes so far`),
    });
    this.#line = new StalledLine(reader, options.clock, (begin) => this.#inbox.stalled(begin));
    this.#paced = new PacedStream(stream.output, this.#line, flow, options.clock);
    stream.output.once('end', this.#onEnd);
    stream.output.once('close', this.#onEnd);
    stream.output.on('error', this.#onError);
    stream.input.on('error', this.#onError);
  }

  get pending(): Connection['pending'] {
    return this.#inbox.pending;
  }

  get queuedBytes(): number {
    return this.#outbox.queuedBytes;
  }

  request(message: WireMap, call: PendingCall, options?: RequestOptions): number {
    const id = this.#nextId++;
    const isAwaited = this.#inbox.expect(message, id, call, options?.wantsProgress === true);
    if (isAwaited) this.#outbox.send(sourcedPieces(message));
    return id;
  }

  begin(info: UpstreamInfo): void {
    this.info = info;
    if (isModernVersion(info.protocolVersion)) return;
    this.#outbox.send('{"jsonrpc":"2.0","method":"notifications/initialized"}');
  }

  cancel(upstreamId: number, reason: string | undefined): void {
    if (!this.#inbox.pending.delete(upstreamId)) return;
    this.#outbox.send(
      JSON.stringify({
        jsonrpc: '2.0',
        method: 'notifications/cancelled',
        params: { requestId: upstreamId, ...(reason === undefined ? {} : { reason }) },
      }),
    );
  }

  forget(upstreamId: number): void {
    this.#inbox.pending.delete(upstreamId);
  }

  send(message: string | readonly Buffer[]): void {
    this.#outbox.send(message);
  }

  close(reason: string): void {
    if (this.isLost) return;
    this.isLost = true;
    // What was said last (a cancellation) may still help a server that is about to be stopped.
    this.#outbox.flush();
    this.#outbox.close();
    const { output } = this.#stream;
    this.#paced.close();
    this.#line.close();
    output.off('end', this.#onEnd);
    output.off('close', this.#onEnd);
    // The error listeners stay: a pipe may still break after the router has let go of it. What comes is thrown away,
    // so that the child does not block on a full pipe while it stops.
    output.resume();
    this.#inbox.failAll(lostError(this.server, reason));
  }

  readonly #onEnd = (): void => {
    this.#paced.finish();
    this.#lose('its output ended');
  };

  readonly #onError = (error: unknown): void => this.#lose(messageOf(error));

  #giveUp(message: string): void {
    this.failure = { code: 'LOST', message };
    this.#lose(message);
  }

  #lose(reason: string): void {
    if (this.isLost) return;
    this.close(reason);
    this.listener.lost(this, reason);
  }
}
