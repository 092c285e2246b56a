/** Records a `tools/call` for the audit. */
import type { Clock, EpochMs } from '../../kernel/clock.ts';
import type { Json } from '../../kernel/json.ts';
import { sourceOf } from '../wire/json-source.ts';
import type { WireMap } from '../wire/message.ts';
import type { Session } from '../downstream/session.ts';
import type { RouterObserver, ToolCallTrace } from '../types/observer.ts';
import { keptName, quoted } from '../wire/server-text.ts';
import type { CallParts } from './call-parts.ts';

export interface TraceEnd {
  /** Of the answer. */
  readonly bytes: number;
  readonly instanceId?: string;
  readonly error?: string;
}

/** One call from its arrival to its end. */
export class Trace {
  readonly #clock: Clock;
  readonly #observer: RouterObserver;
  readonly #session: Session;
  readonly #server: string;
  readonly #tool: string;
  readonly #mask: (text: string) => string;
  readonly #requestBytes: number;
  readonly #arguments: Json | undefined;
  readonly #argumentsText: string | undefined;
  readonly #secretNames: ReadonlySet<string> | undefined;
  readonly #startedAt: EpochMs;
  readonly #startedMs: number;
  readonly #onEnd: (session: Session) => void;

  constructor(
    { core, counted }: Pick<CallParts, 'core' | 'counted'>,
    session: Session,
    call: TracedArguments & {
      readonly server: string;
      readonly tool: string;
      readonly bytes: number;
      /** Of arguments that the tool's schema marks as secret. */
      readonly secretNames?: ReadonlySet<string> | undefined;
    },
  ) {
    this.#clock = core.clock;
    this.#observer = core.observer;
    this.#onEnd = counted;
    this.#session = session;
    this.#server = call.server;
    this.#tool = keptName(call.tool, core.mask);
    this.#mask = core.mask;
    this.#requestBytes = call.bytes;
    this.#arguments = call.args;
    this.#argumentsText = call.argsText;
    this.#secretNames = call.secretNames;
    this.#startedAt = core.clock.now();
    this.#startedMs = core.clock.monotonicMs();
  }

  /** It has no answer yet. */
  open(instanceId: string): void {
    const session = this.#session;
    this.#observer.callOpen?.({
      sessionId: session.id,
      client: session.client,
      ...session.identity,
      server: this.#server,
      tool: this.#tool,
      instanceId,
      openMs: this.#clock.monotonicMs() - this.#startedMs,
    });
  }

  end(outcome: ToolCallTrace['outcome'], end: TraceEnd): void {
    const session = this.#session;
    session.calls += 1;
    if (outcome !== 'ok' && outcome !== 'cancelled') session.errors += 1;
    const trace: Mutable<ToolCallTrace> = {
      sessionId: session.id,
      client: session.client,
      ...session.identity,
      server: this.#server,
      tool: this.#tool,
      startedAt: this.#startedAt,
      durationMs: this.#clock.monotonicMs() - this.#startedMs,
      outcome,
      requestBytes: this.#requestBytes,
      responseBytes: end.bytes,
    };
    // Not by spreading: this is every call's way.
    if (end.instanceId !== undefined) trace.instanceId = end.instanceId;
    if (end.error !== undefined) trace.error = quoted(end.error, this.#mask);
    if (this.#arguments !== undefined) trace.arguments = this.#arguments;
    if (this.#argumentsText !== undefined) trace.argumentsText = this.#argumentsText;
    if (this.#secretNames !== undefined) trace.secretNames = this.#secretNames;
    this.#observer.toolCall(trace);
    this.#onEnd(session);
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What a trace keeps of `arguments`; of a large request how they were written too, of which the audit keeps the begin. */
export function tracedArguments(params: WireMap | undefined, maxBytes: number, requestBytes: number): TracedArguments {
  const args = params?.['arguments'];
  if (params === undefined || args === undefined) return {};
  if (requestBytes <= maxBytes) return { args: args as Json };
  return { args: args as Json, argsText: sourceOf(params, 'arguments') ?? JSON.stringify(args) };
}

export interface TracedArguments {
  readonly args?: Json;
  /** Of a request that is larger than what is kept. */
  readonly argsText?: string;
}
