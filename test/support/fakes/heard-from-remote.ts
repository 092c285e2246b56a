/** Listens to a link to a remote server and keeps what it tells: each request's end, and the rest. */
import type { LinkListener } from '../../../src/mcp/upstream/remote/link.ts';
import type { RemoteFailure } from '../../../src/mcp/upstream/remote/remote-failure.ts';
import type { Message } from '../worlds/peer.ts';

export class HeardFromRemote implements LinkListener {
  readonly messages: Message[] = [];
  readonly failures: (readonly [id: number, failure: RemoteFailure])[] = [];
  readonly oversized: number[] = [];
  readonly troubles: RemoteFailure[] = [];
  readonly waiting = new Set<number>();
  /** Of requests that the server has not taken, and the most that there were. */
  queuedBytes = 0;
  mostQueued = 0;
  reachedCount = 0;
  othersOversized = 0;

  message(parts: readonly Buffer[], bytes: number): void {
    const text = Buffer.concat(parts).toString('utf8');
    if (Buffer.byteLength(text) !== bytes) throw new Error(`${bytes} bytes were said, ${Buffer.byteLength(text)} came`);
    if (text.includes('\n')) throw new Error('a message of several lines');
    const message = JSON.parse(text) as Message;
    this.messages.push(message);
    this.waiting.delete(message['id'] as number);
  }
  growing(): void {}
  isWaiting(id: number): boolean {
    return this.waiting.has(id);
  }
  failed(id: number, failure: RemoteFailure): void {
    this.failures.push([id, failure]);
    this.waiting.delete(id);
  }
  oversize(id: number): void {
    this.oversized.push(id);
    this.waiting.delete(id);
  }
  oversizeOther(): void {
    this.othersOversized += 1;
  }
  trouble(failure: RemoteFailure): void {
    this.troubles.push(failure);
  }
  doubtful(): void {}
  isAlive(): Promise<boolean> {
    return Promise.resolve(true);
  }
  reached(): void {
    this.reachedCount += 1;
  }
  queued(bytes: number): void {
    this.queuedBytes += bytes;
    this.mostQueued = Math.max(this.mostQueued, this.queuedBytes);
  }

  /** How often a request was ended, in whatever way. */
  endsOf(id: number): number {
    const answers = this.messages.filter((message) => message['id'] === id && message['method'] === undefined).length;
    return (
      answers +
      this.failures.filter(([failed]) => failed === id).length +
      this.oversized.filter((one) => one === id).length
    );
  }
}
