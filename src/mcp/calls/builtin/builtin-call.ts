/** Waits for the answer of one of mcptui's own tools, or for a resource or a prompt of its own. */
import type { Bugs } from '../../../kernel/bugs.ts';
import { unawaited } from '../../../kernel/unawaited.ts';
import type { InFlight } from '../../downstream/in-flight.ts';
import type { BuiltinAnswer } from '../../types/builtin.ts';
import type { WireId } from '../../wire/message.ts';
import { answerCall, answerText } from '../answer-text.ts';
import { goOn, type Incoming } from '../incoming.ts';
import type { ToolCall } from '../tool-call.ts';

export class BuiltinCall implements InFlight {
  readonly #bugs: Bugs;
  readonly #incoming: Incoming;
  /** Absent for a resource or a prompt. */
  readonly #call: ToolCall | undefined;
  #isCancelled = false;

  constructor(bugs: Bugs, incoming: Incoming, call?: ToolCall) {
    this.#bugs = bugs;
    this.#incoming = incoming;
    this.#call = call;
  }

  start(answer: Promise<BuiltinAnswer>): void {
    this.#incoming.session.inFlight.set(this.#id, this);
    unawaited(answer.then(this.#answered), (error) => this.#bugs.report('built-in content', error));
  }

  cancel(reason: string | undefined): void {
    this.#isCancelled = true;
    this.#incoming.sink.skip?.();
    this.#call?.end({ outcome: 'cancelled', bytes: 0, error: reason });
    this.#incoming.session.settled(this.#id);
  }

  get #id(): WireId {
    return this.#incoming.message['id'] as WireId;
  }

  readonly #answered = (answer: BuiltinAnswer): void => {
    goOn(this.#incoming, this.#bugs, () => this.#tell(answer));
  };

  #tell(answer: BuiltinAnswer): void {
    if (this.#isCancelled) return;
    if (this.#call === undefined) this.#incoming.sink.send(answerText(this.#incoming.idText, answer));
    else answerCall(this.#incoming, this.#call, answer);
    this.#incoming.session.settled(this.#id);
  }
}
