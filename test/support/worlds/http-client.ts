/** HTTP as a test speaks it: raw requests, answers whole or as events. */
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { PATIENCE_MS } from '../until.ts';
import type { Message } from './peer.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

export interface Sent {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  /** An object is sent as JSON. */
  readonly body?: string | Buffer | Message | readonly unknown[];
}

export interface SseEvent {
  readonly id: string | undefined;
  readonly data: string;
}

const ACCEPT = 'application/json, text/event-stream';

/** A response under way; a stream's events are read one by one. */
export class Incoming {
  readonly response: IncomingMessage;
  readonly events: SseEvent[] = [];
  readonly comments: string[] = [];
  #pieces: string[] = [];
  #waiters: (() => void)[] = [];
  isEnded = false;

  constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    response.once('close', () => {
      this.isEnded = true;
      this.#wake();
    });
    response.on('error', () => {});
  }

  get status(): number {
    return this.response.statusCode ?? 0;
  }

  get messages(): Message[] {
    return this.events.filter(({ data }) => data !== '').map(({ data }) => JSON.parse(data) as Message);
  }

  /** What has come of a body that is no stream of events. */
  get received(): string {
    return this.#pieces.join('');
  }

  async text(): Promise<string> {
    await this.#until(() => this.isEnded, 'the end of the answer');
    return this.#pieces.join('');
  }

  async message(matches: (message: Message) => boolean): Promise<Message> {
    await this.#until(() => this.messages.some(matches), 'that event');
    return this.messages.find(matches) ?? {};
  }

  async untilComments(count: number): Promise<void> {
    await this.#until(() => this.comments.length >= count, `${count} comments`);
  }

  destroy(): void {
    this.response.destroy();
  }

  #read(text: string): void {
    this.#pieces.push(text);
    // Joined once an event is complete: a long one comes in many pieces.
    if (this.response.headers['content-type'] !== 'text/event-stream' || !text.includes('\n')) return;
    const blocks = this.#pieces.join('').split('\n\n');
    this.#pieces = [blocks.pop() ?? ''];
    for (const block of blocks) {
      const fields = block
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]);
      const field = (name: string): string | undefined => fields.find(([key]) => key === name)?.[1];
      if (block.startsWith(':')) this.comments.push(block.slice(2));
      const data = field('data');
      if (data !== undefined) this.events.push({ id: field('id'), data });
    }
    this.#wake();
  }

  async #until(holds: () => boolean, what: string): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!holds()) {
      if (this.isEnded || performance.now() > deadline) {
        const said = JSON.stringify([this.events, this.#pieces]).slice(0, 2_000);
        throw new Error(`not ${what}${this.isEnded ? ' (it ended)' : ''}: ${said}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 50);
        this.#waiters.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  #wake(): void {
    for (const waiter of this.#waiters.splice(0)) waiter();
  }
}

/** Resolves once the head of the answer is there. */
export function open(url: string, sent: Sent = {}): Promise<Incoming> {
  const { method = 'POST', body } = sent;
  const isRaw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
  const payload = isRaw ? body : JSON.stringify(body);
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const headers = { accept: ACCEPT, ...type, ...sent.headers };
    const call = httpRequest(url, { method, headers, agent: false }, (response) => resolve(new Incoming(response)));
    call.once('error', reject);
    call.end(payload);
  });
}

export async function send(url: string, sent: Sent = {}): Promise<Answer> {
  const incoming = await open(url, sent);
  const text = await incoming.text();
  return { status: incoming.status, headers: incoming.response.headers, text };
}
