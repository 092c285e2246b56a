/** Follows one `tools/call` from its arrival to its end, whatever becomes of it. */
import type { EpochMs } from '../../kernel/clock.ts';
import type { Json } from '../../kernel/json.ts';
import type { Session } from '../downstream/session.ts';
import { secretNamesOf } from '../lists/schema-secrets.ts';
import { sourceOf, unreadOf } from '../wire/json-source.ts';
import type { WireMap } from '../wire/message.ts';
import type { CallParts } from './call-parts.ts';
import type { Incoming } from './incoming.ts';
import type { CallEnd, CallStages, StagedCall, TracedArguments } from './stages.ts';

export interface CalledTool {
  /** The server's own. */
  readonly name: string;
  /** As the server lists it; absent when no list has it. */
  readonly item?: WireMap;
}

export class ToolCall implements StagedCall {
  readonly session: Session;
  readonly server: string;
  readonly tool: string;
  readonly definition: WireMap | undefined;
  readonly bytes: number;
  readonly traced: TracedArguments;
  readonly startedAt: EpochMs;
  readonly startedMs: number;
  readonly stages: CallStages;
  readonly #params: WireMap | undefined;
  readonly #counted: (session: Session) => void;

  constructor(parts: CallParts, incoming: Incoming, server: string, { name, item }: CalledTool) {
    const { core } = parts;
    const { session, params, bytes } = incoming;
    this.session = session;
    this.server = server;
    this.tool = name;
    this.definition = item;
    this.bytes = bytes;
    this.#params = params;
    this.traced = tracedArguments(params, core.maxTracedArgumentBytes, bytes);
    this.startedAt = core.clock.now();
    this.startedMs = core.clock.monotonicMs();
    this.stages = parts.stages.ofCalls(session);
    this.#counted = parts.counted;
  }

  get args(): Json | undefined {
    return this.#params?.['arguments'] as Json | undefined;
  }

  get secretNames(): ReadonlySet<string> | undefined {
    return this.definition === undefined ? undefined : secretNamesOf(this.definition);
  }

  /** It has no answer yet. */
  slow(instanceId: string): void {
    this.stages.slow(this, instanceId);
  }

  /** Called once, after its answer has left. */
  end(end: CallEnd): void {
    const { session } = this;
    session.calls += 1;
    if (end.outcome !== 'ok' && end.outcome !== 'cancelled') session.errors += 1;
    this.stages.ended(this, end);
    this.#counted(session);
  }
}

/** The part of `arguments` that is kept. For a large request also the bytes as written, whose begin the audit keeps. */
function tracedArguments(params: WireMap | undefined, maxBytes: number, requestBytes: number): TracedArguments {
  const unread = params === undefined ? undefined : unreadOf(params);
  if (unread?.key === 'arguments') return { args: unread.begin as Json, bytes: unread.parts };
  const args = params?.['arguments'];
  if (params === undefined || args === undefined) return NOTHING;
  if (requestBytes <= maxBytes) return { args: args as Json };
  return { args: args as Json, text: sourceOf(params, 'arguments') ?? JSON.stringify(args) };
}

const NOTHING: TracedArguments = {};
