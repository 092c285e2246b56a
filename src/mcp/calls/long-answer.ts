/** Keeps a call whose result a stage is at work on: it ends by the stage, by the agent, with its session, or when its time is over. */
import { timeWords } from '../../kernel/time-words.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import type { InFlight } from '../downstream/in-flight.ts';
import type { WireId, WireMap } from '../wire/message.ts';
import { mapAt, mapsAt } from '../wire/message.ts';
import type { Answer } from '../wire/outcome.ts';
import { INTERNAL } from '../wire/rpc-errors.ts';
import type { CallParts } from './call-parts.ts';
import { fail, type Incoming } from './incoming.ts';
import { MAX_STAGE_MS, type LongResult, type OtherResult, type ResultStage } from './result-stage.ts';
import { bytesOf } from './seen-answer.ts';
import type { ToolCall } from './tool-call.ts';

export interface LongAnswerParts {
  readonly parts: CallParts;
  readonly incoming: Incoming;
  /** The agent's; that of the message is the server's by now. */
  readonly id: WireId;
  readonly call: ToolCall | undefined;
  readonly stage: ResultStage;
  readonly result: LongResult;
  readonly instanceId: string;
  /** When the call went to its server, on the monotonic clock. */
  readonly sinceMs: number;
  /** Called once, unless the call ends before. */
  readonly done: (other: OtherResult) => void;
}

/** The result as a stage sees it; undefined of what is none of a call, a resource or a task. `tool`: the server's own name of it. */
export function longResult(
  { session, method: asked }: Incoming,
  tool: string | undefined,
  server: string,
  answer: Answer,
): LongResult | undefined {
  // Only calls of tools make tasks.
  const method = asked === 'tasks/result' ? 'tools/call' : asked;
  if (method !== 'tools/call' && method !== 'resources/read') return undefined;
  if (answer.kind === 'failed' || answer.isError) return undefined;
  return {
    session,
    project: session.project,
    server,
    method,
    tool,
    isTraced: asked === 'tools/call',
    bytes: bytesOf(answer),
    message: () => {
      const { parts, bytes } =
        answer.kind === 'large' ? answer : whole(Buffer.from(`{"result":${answer.bodyText},"jsonrpc":"2.0"}`));
      const copy = new Uint8Array(bytes);
      let at = 0;
      for (const part of parts) {
        copy.set(part, at);
        at += part.length;
      }
      return copy;
    },
  };
}

/** Whether it is a result that holds text; one that says `isError` is for the agent to read as it is. */
export function isPlain(answer: Answer): boolean {
  if (answer.kind === 'failed' || answer.isError) return false;
  if (answer.kind === 'large') {
    return !answer.isToolError && (answer.resultType === undefined || answer.resultType === '"complete"');
  }
  const result = mapAt(answer.message, 'result');
  return result?.['isError'] !== true && hasText(result);
}

/** A task that was created has none. */
function hasText(result: WireMap | undefined): boolean {
  return [...mapsAt(result, 'content'), ...mapsAt(result, 'contents')].some(({ text }) => typeof text === 'string');
}

const whole = (text: Buffer): { readonly parts: readonly Buffer[]; readonly bytes: number } => ({
  parts: [text],
  bytes: text.length,
});

export class LongAnswer implements InFlight {
  readonly #p: LongAnswerParts;
  readonly #dueMs: number;
  #isOver = false;

  constructor(parts: LongAnswerParts) {
    this.#p = parts;
    this.#dueMs = parts.parts.core.clock.monotonicMs() + MAX_STAGE_MS;
  }

  get sinceMs(): number {
    return this.#p.sinceMs;
  }

  start(): void {
    const { incoming, stage, result } = this.#p;
    // In the place of the call itself.
    incoming.session.inFlight.set(this.#p.id, this);
    incoming.session.deadlines.by(this.#dueMs);
    unawaited(
      Promise.resolve()
        .then(() => stage.instead(result))
        .then(this.#end),
      this.#failed,
    );
  }

  cancel(reason: string | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { incoming, call, instanceId } = this.#p;
    incoming.sink.skip?.();
    call?.end({ outcome: 'cancelled', bytes: 0, instanceId, error: reason });
    incoming.session.settled(this.#p.id);
  }

  look(nowMs: number): number {
    if (nowMs < this.#dueMs) return this.#dueMs;
    this.#end({ kind: 'same', trace: { failed: `not ready within ${timeWords(MAX_STAGE_MS)}` } });
    return Infinity;
  }

  readonly #end = (other: OtherResult): void => {
    const { incoming, parts, id, done } = this.#p;
    if (this.#isOver || incoming.session.isEnded) return;
    this.#isOver = true;
    try {
      done(other);
    } catch (error) {
      parts.core.bugs.report('a long result', error);
      fail(incoming, INTERNAL);
      incoming.session.settled(id);
    }
  };

  readonly #failed = (error: unknown): void => {
    this.#p.parts.core.bugs.report(`stage ${this.#p.stage.id}`, error);
    this.#end({ kind: 'same', trace: { failed: 'a fault of mcptui; its log says which' } });
  };
}
