/** Receives what an agent's link brings and keeps it, with where each answer goes. */
import { Pacer } from '../../../src/pacing/pace.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import type { LinkReceiver } from '../../../src/mcp/downstream/session-link.ts';
import { isWireId, type WireId, type WireMap } from '../../../src/mcp/wire/message.ts';
import type { ReplySink } from '../../../src/mcp/wire/reply-sink.ts';
import type { Message } from '../worlds/peer.ts';

export interface Taken {
  readonly message: Message;
  /** As the session knows it. */
  readonly id: WireId;
  readonly sink: ReplySink;
}

export class HeardFromAgent implements LinkReceiver {
  readonly id = 'ses_1';
  readonly flow = new Pacer(systemClock).flow({});
  readonly taken: Taken[] = [];
  readonly ends: string[] = [];
  readonly bugs: unknown[] = [];
  inputEnds = 0;

  get waiting(): number {
    return 0;
  }
  text(text: string, sink: ReplySink): void {
    this.#take(JSON.parse(text) as Message, sink);
  }
  large(parts: readonly Buffer[], bytes: number, sink: ReplySink): void {
    const whole = Buffer.concat(parts);
    if (whole.length !== bytes) throw new Error(`${bytes} bytes were said, ${whole.length} came`);
    this.text(whole.toString('utf8'), sink);
  }
  overflow(): boolean {
    return false;
  }
  oversize(): void {}
  message(message: WireMap, _bytes: number, sink: ReplySink): void {
    this.#take(message, sink);
  }
  unhandled(error: unknown): void {
    this.bugs.push(error);
  }
  introduce(): void {}
  inputEnded(): void {
    this.inputEnds += 1;
  }
  end(reason: string): void {
    this.ends.push(reason);
  }

  #take(message: Message, sink: ReplySink): void {
    const { id } = message;
    if (isWireId(id)) sink.begin?.(id);
    this.taken.push({ message, sink, id: isWireId(id) ? id : 0 });
  }
}
