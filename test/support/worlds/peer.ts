/** Lines of JSON on a stream, played by the test itself. */
import { PATIENCE_MS } from '../until.ts';
import type { Duplex } from 'node:stream';

export type Message = { [key: string]: unknown };

/** Lines of JSON on a stream, kept until they are asked for. */
export class Peer {
  readonly stream: Duplex;
  /** Everything received, in order. */
  readonly received: Message[] = [];
  readonly raw: string[] = [];
  #pieces: Buffer[] = [];
  #waiters: (() => void)[] = [];
  #nextId = 1;
  isEnded = false;

  constructor(stream: Duplex) {
    this.stream = stream;
    stream.on('data', (chunk: Buffer) => this.#read(chunk));
    stream.on('end', () => {
      this.isEnded = true;
      this.#wake();
    });
    stream.on('error', () => {});
  }

  send(message: unknown): void {
    this.sendLine(JSON.stringify(message));
  }

  sendLine(line: string | Buffer): void {
    this.stream.write(line);
    this.stream.write('\n');
  }

  notify(method: string, params?: Message): void {
    this.send({ jsonrpc: '2.0', method, ...(params === undefined ? {} : { params }) });
  }

  /** Sends a request and resolves to the whole answer. */
  request(method: string, params?: Message, id: string | number = `q${this.#nextId++}`): Promise<Message> {
    this.send({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) });
    return this.answer(id);
  }

  answer(id: unknown): Promise<Message> {
    return this.until(
      (message) => message['id'] === id && message['method'] === undefined,
      `an answer to ${String(id)}`,
    );
  }

  /** The first received message that matches; it stays in `received`. */
  async until(matches: (message: Message) => boolean, what: string): Promise<Message> {
    const deadline = performance.now() + PATIENCE_MS;
    // Each is looked at once: of a flood, to look at all again for each piece would take longer than to receive it.
    let seen = 0;
    for (;;) {
      // A test may have taken some out meanwhile.
      if (seen > this.received.length) seen = 0;
      for (; seen < this.received.length; seen += 1) {
        const message = this.received[seen] as Message;
        if (matches(message)) return message;
      }
      if (performance.now() > deadline || this.isEnded) {
        const said = this.raw.map((line) => line.slice(0, 300)).join('\n');
        throw new Error(`no ${what}${this.isEnded ? ' (the stream ended)' : ''}; received:\n${said}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - performance.now());
        this.#waiters.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  untilMethod(method: string): Promise<Message> {
    return this.until((message) => message['method'] === method, method);
  }

  of(method: string): Message[] {
    return this.received.filter((message) => message['method'] === method);
  }

  #read(chunk: Buffer): void {
    this.#pieces.push(chunk);
    if (!chunk.includes(10)) return;
    const lines = Buffer.concat(this.#pieces).toString('utf8').split('\n');
    this.#pieces = [Buffer.from(lines.pop() ?? '')];
    for (const line of lines) {
      this.raw.push(line);
      const value = JSON.parse(line) as Message | Message[];
      // A batch counts as its messages; `raw` has its own form.
      this.received.push(...(Array.isArray(value) ? value : [value]));
    }
    this.#wake();
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
