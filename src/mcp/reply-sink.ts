/** Where the answer to a request goes: straight to the agent, or into the array that answers a batch. */
import { isMap, type WireId } from './message.ts';

export interface ReplySink {
  send(message: string | readonly Buffer[]): void;
  /** A request with this id is about to be routed; its answer comes by `send`, or `skip` says that none will. */
  begin?(id: WireId): void;
  /** The request was cancelled: no answer will come. */
  skip?(): void;
}

const COMMA = Buffer.from(',');

/** Collects the answers to one batch and sends them as one array. */
export class Batch implements ReplySink {
  readonly #target: ReplySink;
  readonly #pieces: Buffer[] = [];
  #left: number;

  /** `count` is the number of answers to wait for. */
  constructor(target: ReplySink, count: number) {
    this.#target = target;
    this.#left = count;
  }

  begin(id: WireId): void {
    this.#target.begin?.(id);
  }

  send(message: string | readonly Buffer[]): void {
    if (this.#pieces.length > 0) this.#pieces.push(COMMA);
    if (typeof message === 'string') this.#pieces.push(Buffer.from(message));
    else this.#pieces.push(...message);
    this.skip();
  }

  skip(): void {
    this.#left -= 1;
    if (this.#left > 0) return;
    if (this.#pieces.length === 0) return this.#target.skip?.();
    this.#target.send([Buffer.from('['), ...this.#pieces, Buffer.from(']')]);
  }
}

/** Whether one message of a batch leads to an answer: a request, or what is nothing valid. */
export function isAnswered(one: unknown): boolean {
  if (!isMap(one)) return true;
  if (typeof one['method'] === 'string') return one['id'] !== undefined;
  return !(typeof one['id'] === 'number' && ('result' in one || 'error' in one));
}
