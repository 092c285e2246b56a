/** Links a session over a byte stream: a JSON-RPC message a line, both ways. */
import type { Duplex } from 'node:stream';
import type { Clock } from '../../kernel/clock.ts';
import { PacedStream } from '../../pacing/paced-stream.ts';
import { LineReader } from '../wire/framing.ts';
import { Outbox } from '../wire/outbox.ts';
import type { ReplySink } from '../wire/reply-sink.ts';
import type { LinkReceiver, SessionLink } from './session-link.ts';

/** An agent that does not read is not read either, beyond this. */
const PAUSE_BYTES = 1024 * 1024;
/** Beyond this, notifications for it are dropped: they would only age. */
const DROP_BYTES = 4 * 1024 * 1024;
/** An agent that has more requests without an answer is flooding: nobody waits for the next one to be read. */
const MANY_REQUESTS = 1024;
/** Beyond this it will never catch up. */
const GIVE_UP_BYTES = 512 * 1024 * 1024;
/** What is left when a session ends is for a reader that is slow, too. */
const CLOSE_MS = 6_000;

export class StreamLink implements SessionLink, ReplySink {
  readonly #stream: Duplex;
  readonly #clock: Clock;
  readonly #maxMessageBytes: number;
  readonly #outbox: Outbox;
  #receiver: LinkReceiver | undefined;
  #paced: PacedStream | undefined;
  #isPaused = false;

  constructor(stream: Duplex, clock: Clock, maxMessageBytes: number) {
    this.#stream = stream;
    this.#clock = clock;
    this.#maxMessageBytes = maxMessageBytes;
    this.#outbox = new Outbox(stream, () => this.#afterWrite());
  }

  open(receiver: LinkReceiver): void {
    this.#receiver = receiver;
    const { flow } = receiver;
    const reader = new LineReader(this.#maxMessageBytes, {
      small: (text) => {
        if (receiver.waiting > MANY_REQUESTS) flow.unwanted();
        else flow.wanted();
        receiver.text(text, this);
      },
      large: (parts, bytes) => receiver.large(parts, bytes, this),
      overflow: (head) => receiver.overflow(head, this),
      oversize: (head, tail, bytes) => receiver.oversize(head, tail, bytes, this),
    });
    const stream = this.#stream;
    this.#paced = new PacedStream(stream, reader, flow, this.#clock);
    stream.on('drain', () => this.#onDrain());
    stream.once('end', () => {
      // What it said last may wait for its turn.
      this.#paced?.finish();
      receiver.inputEnded();
    });
    stream.once('close', () => receiver.end('the agent disconnected'));
    stream.on('error', () => receiver.end('the connection broke'));
  }

  send(message: string | readonly Buffer[]): void {
    this.#outbox.send(message);
  }

  notify(text: string): void {
    if (this.#outbox.queuedBytes < DROP_BYTES) this.#outbox.send(text);
  }

  close(): void {
    this.#paced?.close();
    this.#outbox.flush();
    this.#outbox.close();
    this.#stream.end();
    this.#stream.resume();
    // An agent that does not take what is left must not keep the connection.
    const timer = this.#clock.after(CLOSE_MS, () => this.#stream.destroy(), { unref: true });
    this.#stream.once('close', () => timer.cancel());
  }

  #afterWrite(): void {
    const { queuedBytes } = this.#outbox;
    if (queuedBytes > GIVE_UP_BYTES) return this.#receiver?.end('the agent does not read');
    if (this.#isPaused || queuedBytes < PAUSE_BYTES) return;
    this.#isPaused = true;
    this.#paced?.hold();
  }

  #onDrain(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#paced?.release();
  }
}
