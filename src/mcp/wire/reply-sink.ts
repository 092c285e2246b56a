/** Takes the answer to a request: straight to the agent, or into the array that answers a batch. */
import type { WireId } from './message.ts';

export interface ReplySink {
  send(message: string | readonly Buffer[]): void;
  /** A request with this id is about to be routed; its answer comes by `send`, or `skip` says that none will. */
  begin?(id: WireId): void;
  /** The request was cancelled: no answer will come. */
  skip?(): void;
  /** An answer as it is written to the agent, where that is another text. Absent: it is written as it is. */
  written?(message: string | readonly Buffer[]): string | readonly Buffer[];
}

/** Passes one answer on and no more, so that whoever catches an error can answer without knowing how far things had come. */
export class OneReply implements ReplySink {
  readonly #target: ReplySink;
  #isOver = false;

  constructor(target: ReplySink) {
    this.#target = target;
  }

  send(message: string | readonly Buffer[]): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#target.send(message);
  }

  skip(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#target.skip?.();
  }

  written(message: string | readonly Buffer[]): string | readonly Buffer[] {
    return this.#target.written?.(message) ?? message;
  }
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
    else for (const piece of message) this.#pieces.push(piece);
    this.skip();
  }

  skip(): void {
    this.#left -= 1;
    if (this.#left > 0) return;
    if (this.#pieces.length === 0) return this.#target.skip?.();
    this.#target.send([Buffer.from('['), ...this.#pieces, Buffer.from(']')]);
  }
}
