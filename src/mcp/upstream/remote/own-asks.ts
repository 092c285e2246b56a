/** Requests of a connection's own, behind which nobody sits: they go past what holds others up. */
import type { Clock } from '../../../kernel/clock.ts';
import { parseForeign } from '../../../kernel/foreign.ts';
import { mapAt, stringAt, type WireMap } from '../../wire/message.ts';
import { parseLarge } from '../../wire/answers.ts';
import { nobodysCall } from '../nobodys-call.ts';
import type { RpcError } from '../../wire/rpc-errors.ts';
import { quoted } from '../../wire/server-text.ts';
import type { Answer } from '../../wire/outcome.ts';
import type { PendingCall } from '../upstream.ts';
import type { OutgoingRequest } from './link.ts';
import { RemoteFailure } from './remote-failure.ts';

/** How one ended. */
export type BuiltinReply =
  | { readonly kind: 'result' }
  | { readonly kind: 'error'; readonly error: RpcError }
  | { readonly kind: 'failed'; readonly failure: RemoteFailure }
  | { readonly kind: 'timeout' };

export interface OwnAsksParts {
  readonly clock: Clock;
  readonly mask: (text: string) => string;
  readonly pending: { set(id: number, call: PendingCall): unknown; delete(id: number): boolean };
  readonly nextId: () => number;
  readonly send: (request: OutgoingRequest) => void;
  readonly forget: (id: number) => void;
}

export class OwnAsks {
  readonly #p: OwnAsksParts;
  /** What ends the wait when there is no answer, by id. */
  readonly #waiting = new Map<number, (failure: RemoteFailure) => void>();

  constructor(parts: OwnAsksParts) {
    this.#p = parts;
  }

  has(id: number): boolean {
    return this.#waiting.has(id);
  }

  /** It will get no answer. */
  failed(id: number, failure: RemoteFailure): void {
    this.#p.pending.delete(id);
    this.#waiting.get(id)?.(failure);
  }

  /** `text` is sent with an id of its own. Never rejects. */
  ask(method: string, text: string, timeoutMs: number): Promise<BuiltinReply> {
    const { clock, mask, pending } = this.#p;
    const id = this.#p.nextId();
    return new Promise((resolve) => {
      const end = (reply: BuiltinReply): void => {
        timer.cancel();
        this.#waiting.delete(id);
        resolve(reply);
      };
      const timer = clock.after(timeoutMs, () => {
        this.#p.forget(id);
        end({ kind: 'timeout' });
      });
      this.#waiting.set(id, (failure) => end({ kind: 'failed', failure }));
      pending.set(
        id,
        nobodysCall((answer) => end(replyOf(answer, mask))),
      );
      this.#p.send({ id, text: JSON.stringify({ ...(parseForeign(text) as WireMap), id }), method });
    });
  }
}

function replyOf(answer: Answer, mask: (text: string) => string): BuiltinReply {
  if (answer.kind === 'failed') {
    return { kind: 'failed', failure: new RemoteFailure('BAD_ANSWER', answer.error.message) };
  }
  if (!answer.isError) return { kind: 'result' };
  const { code, message } = errorIn(answer.kind === 'small' ? answer.message : parseLarge(answer));
  return { kind: 'error', error: { code, message: quoted(message, mask) } };
}

/** As the server wrote it, uncut. */
export function errorIn(message: WireMap): RpcError {
  const error = mapAt(message, 'error');
  const code = error?.['code'];
  return { code: typeof code === 'number' ? code : 0, message: stringAt(error, 'message') ?? 'no message' };
}
