/** Records what the router tells as audit events. Call traces may lag a second (`record`); nothing here waits. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import { defined } from '../../kernel/defined.ts';
import { cutName } from '../../kernel/foreign.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import { timeWords } from '../../kernel/time-words.ts';
import type {
  ChangedDefinitionsRecord,
  OddDefinitionsRecord,
  OpenCallRecord,
  ServerRequestRecord,
  ToolCallTrace,
} from '../../mcp/types/observer.ts';
import { KEPT_BYTES, type ListKind } from '../../mcp/index.ts';
import type { SessionInfo } from '../../mcp/types/session.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database, EventDraft } from '../../store/types.ts';
import { actorOf, type Caller } from '../access/actor.ts';
import type { Masker } from '../secrets/masker.ts';
import { definitionsChangedEvent, oddDefinitionsEvent } from './definition-events.ts';
import { maskArguments, maskedHead } from './masked-arguments.ts';
import { TraceRates, type Rate } from './trace-rates.ts';

/** A session that calls as fast as it can still has its first ten thousand calls, and then 500 a second. */
const CALLS: Rate = { burst: 10_000, perSecond: 500 };
/** What servers ask by themselves costs nobody a call. */
const REQUESTS: Rate = { burst: 200, perSecond: 20 };
const SESSIONS: Rate = { burst: 1_000, perSecond: 20 };
const DEFINITIONS: Rate = { burst: 50, perSecond: 1 };
const CONFLICTS: Rate = { burst: 200, perSecond: 5 };

/** Characters of JSON of arguments that are kept whole; of longer ones their begin, size and hash. */
const MAX_ARGUMENT_CHARS = 4_096;
const HEAD_CHARS = 1_024;

export interface RecorderParts {
  readonly clock: Clock;
  readonly db: Pick<Database<Shape>, 'record'>;
  readonly masker: Masker;
  /** Calls have no rate: each is kept. Default false. */
  readonly isEveryCallKept?: boolean;
}

/** The one place where foreign names and texts enter the journal: each is masked, then cut. */
export class Recorder {
  readonly #db: Pick<Database<Shape>, 'record'>;
  readonly #masker: Masker;
  readonly #rates: TraceRates;
  readonly #bound = new Set<string>();
  readonly #isEveryCallKept: boolean;

  constructor({ clock, db, masker, isEveryCallKept = false }: RecorderParts) {
    this.#isEveryCallKept = isEveryCallKept;
    this.#db = db;
    this.#masker = masker;
    this.#rates = new TraceRates(clock, (draft) => db.record(draft));
  }

  toolCall(trace: ToolCallTrace): void {
    if (!this.#isEveryCallKept && !this.#rates.admit(`session/${trace.sessionId}`, CALLS)) return;
    this.#db.record({
      kind: 'tool_call_trace',
      actor: this.#actor(trace),
      target: `${this.#name(trace.server)}/${this.#name(trace.tool)}`,
      outcome: trace.outcome === 'ok' ? 'ok' : 'error',
      durationMs: Math.round(trace.durationMs * 100) / 100,
      session: trace.sessionId,
      ...(trace.error === undefined ? {} : { message: this.#masker.cut(trace.error) }),
      detail: this.#callDetail(trace),
    });
  }

  /** A call that takes long is seen before it ends. */
  callOpen(record: OpenCallRecord): void {
    if (!this.#isEveryCallKept && !this.#rates.admit(`session/${record.sessionId}`, CALLS)) return;
    this.#db.record({
      kind: 'tool_call_open',
      actor: this.#actor(record),
      target: `${this.#name(record.server)}/${this.#name(record.tool)}`,
      outcome: 'info',
      durationMs: Math.round(record.openMs),
      session: record.sessionId,
      message: `no answer for ${timeWords(record.openMs)}`,
      detail: { ...this.#who(record), project: record.project, instance: record.instanceId },
    });
  }

  #name(text: string): string {
    return cutName(this.#masker.cut(text, MAX_FOREIGN_NAME));
  }

  #actor(caller: Caller): string {
    return actorOf({ ...caller, client: this.#name(caller.client) });
  }

  #callDetail(trace: ToolCallTrace): JsonObject {
    const detail: Record<string, Json> = {
      ...this.#who(trace),
      project: trace.project,
      result: trace.outcome,
      requestBytes: trace.requestBytes,
      responseBytes: trace.responseBytes,
    };
    if (trace.instanceId !== undefined) detail.instance = trace.instanceId;
    if (trace.pages !== undefined) detail.pages = this.#pages(trace.pages);
    this.#addArguments(detail, trace);
    return detail;
  }

  #pages(pages: NonNullable<ToolCallTrace['pages']>): JsonObject {
    if ('failed' in pages) return { failed: this.#masker.cut(pages.failed) };
    const { noSummary, ...others } = pages;
    return { ...others, ...(noSummary === undefined ? {} : { noSummary: this.#masker.cut(noSummary) }) };
  }

  #addArguments(detail: Record<string, Json>, trace: ToolCallTrace): void {
    const { arguments: args, argumentsText: text = '', argumentsBytes, secretNames } = trace;
    if (args === undefined) return;
    if (argumentsBytes === undefined && text.length <= MAX_ARGUMENT_CHARS) {
      detail.arguments = maskArguments(args, this.#masker, secretNames);
      return;
    }
    // Encoded once: counting the bytes of a long text takes as long as hashing them.
    const parts = argumentsBytes ?? [Buffer.from(text)];
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    detail.argumentsBytes = parts.reduce((sum, { length }) => sum + length, 0);
    detail.argumentsHash = hash.digest('hex');
    // A secret that may reach beyond what is kept of a string is found in the whole one only.
    const isCut = argumentsBytes !== undefined && this.#masker.reach(HEAD_CHARS) > KEPT_BYTES;
    const begin = isCut ? (JSON.parse(Buffer.concat(parts).toString('utf8')) as Json) : args;
    detail.argumentsHead = maskedHead(begin, this.#masker, HEAD_CHARS, secretNames);
  }

  /** What the actor does not say. */
  #who({ agent, subject, client, personality }: Caller & Pick<SessionInfo, 'agent' | 'personality'>): JsonObject {
    return {
      ...(agent === undefined && subject === undefined ? {} : { client: this.#name(client) }),
      ...defined({ agent, personality }),
    };
  }

  /** A session is bound once its client has said who it is; told of every change, records the first that knows. */
  sessionSeen(session: SessionInfo): void {
    if (session.client === '-' || session.operator !== undefined || this.#bound.has(session.id)) return;
    this.#bound.add(session.id);
    const wears = session.personality === undefined ? '' : ` as ${session.personality}`;
    const agent = session.agent === undefined ? '' : `, agent ${session.agent}${wears}`;
    const by = session.principal === undefined ? '' : `, by ${session.principal}`;
    if (!this.#rates.admit('sessions', SESSIONS)) return;
    const told = `client ${this.#name(session.client)} on project ${session.project}${agent}${by}`;
    const { project, principal } = session;
    const named = defined({ agent: session.agent, personality: session.personality, principal });
    const detail = { client: this.#name(session.client), project, ...named };
    this.#db.record({ ...this.#sessionEvent('session_bind', session, told), detail });
  }

  sessionEnded(session: SessionInfo, reason: string): void {
    // One call of an operator, which its trace tells of.
    if (session.operator !== undefined) return;
    this.sessionSeen(session);
    this.#bound.delete(session.id);
    if (!this.#rates.admit('sessions', SESSIONS)) return;
    const told = `${this.#masker.cut(reason)}; ${session.calls} calls, ${session.errors} errors`;
    this.#db.record(this.#sessionEvent('session_end', session, told));
  }

  serverRequest(record: ServerRequestRecord): void {
    const { server, instanceId, sessionId, client, outcome, error } = record;
    if (!this.#rates.admit(`server/${server}`, REQUESTS)) return;
    const method = this.#name(record.method);
    this.#db.record({
      kind: 'server_request',
      actor: `server:${server}`,
      target: `server/${server}`,
      outcome: outcome === 'ok' ? 'ok' : 'error',
      durationMs: Math.round(record.durationMs * 100) / 100,
      ...(sessionId === undefined ? {} : { session: sessionId }),
      message: `${method}${error === undefined ? '' : `: ${this.#masker.cut(error)}`}`,
      detail: {
        method,
        result: outcome,
        instance: instanceId,
        ...(client === undefined ? {} : { client: this.#name(client) }),
        ...(record.project === undefined ? {} : { project: record.project }),
        ...(record.agent === undefined ? {} : { agent: record.agent }),
      },
    });
  }

  nameConflict(project: string, claimed: string, servers: readonly string[]): void {
    if (!this.#rates.admit(`conflicts/${project}`, CONFLICTS)) return;
    const name = this.#name(claimed);
    this.#db.record({
      kind: 'name_conflict',
      actor: 'engine',
      target: `project/${project}`,
      outcome: servers.length === 1 ? 'info' : 'error',
      message:
        servers.length === 1
          ? `${name} of ${servers[0] ?? ''} ends in a hash: its own name is too long, or like another one`
          : `${name} is claimed by ${servers.join(' and ')}; ${servers[0] ?? 'the first'} keeps it`,
    });
  }

  oddDefinitions(record: OddDefinitionsRecord): void {
    if (this.#rates.admit(`definitions/${record.server}`, DEFINITIONS))
      this.#db.record(oddDefinitionsEvent(record, this.#masker));
  }

  definitionsChanged(record: ChangedDefinitionsRecord): void {
    if (this.#rates.admit(`definitions/${record.server}`, DEFINITIONS))
      this.#db.record(definitionsChangedEvent(record, this.#masker));
  }

  /** `reason` undefined: it has answered since. */
  listFailed(instance: string, kind: ListKind, reason: string | undefined): void {
    if (!this.#rates.admit(`lists/${instance}`, DEFINITIONS)) return;
    this.#db.record({
      kind: reason === undefined ? 'list_recovered' : 'list_failed',
      actor: 'engine',
      target: `instance/${instance}`,
      outcome: reason === undefined ? 'ok' : 'error',
      message: reason === undefined ? kind : `${kind}: ${this.#masker.cut(reason)}`,
    });
  }

  #sessionEvent(kind: string, session: SessionInfo, message: string): EventDraft {
    return {
      kind,
      actor: this.#actor(session),
      target: `session/${session.id}`,
      outcome: 'ok',
      session: session.id,
      message,
    };
  }
}

/** Longer names are hashed as far as this. */
const MAX_FOREIGN_NAME = 64 * 1024;
