/** What the router tells → audit events. Call traces may lag a second (`record`); nothing here waits. */
import type { Json, JsonObject } from '../../json.ts';
import type { ServerRequestRecord, ToolCallTrace } from '../../mcp/observer.ts';
import type { SessionInfo } from '../../mcp/types.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database, EventDraft } from '../../store/types.ts';
import type { Masker } from '../secrets/masker.ts';

export class Recorder {
  readonly #db: Pick<Database<Shape>, 'record'>;
  readonly #masker: Masker;
  readonly #bound = new Set<string>();

  constructor(db: Pick<Database<Shape>, 'record'>, masker: Masker) {
    this.#db = db;
    this.#masker = masker;
  }

  toolCall(trace: ToolCallTrace): void {
    this.#db.record({
      kind: 'tool_call_trace',
      actor: actorOf(trace),
      target: `${trace.server}/${trace.tool}`,
      outcome: trace.outcome === 'ok' ? 'ok' : 'error',
      durationMs: Math.round(trace.durationMs * 100) / 100,
      session: trace.sessionId,
      ...(trace.error === undefined ? {} : { message: this.#masker.mask(trace.error) }),
      detail: this.#callDetail(trace),
    });
  }

  #callDetail(trace: ToolCallTrace): JsonObject {
    const detail: Record<string, Json> = {
      ...whoOf(trace),
      project: trace.project,
      result: trace.outcome,
      requestBytes: trace.requestBytes,
      responseBytes: trace.responseBytes,
    };
    if (trace.instanceId !== undefined) detail.instance = trace.instanceId;
    if (trace.arguments !== undefined) detail.arguments = this.#masker.maskJson(trace.arguments);
    return detail;
  }

  /** A session is bound once its client has said who it is; told of every change, records the first that knows. */
  sessionSeen(session: SessionInfo): void {
    if (session.client === '-' || session.operator !== undefined || this.#bound.has(session.id)) return;
    this.#bound.add(session.id);
    const wears = session.personality === undefined ? '' : ` as ${session.personality}`;
    const agent = session.agent === undefined ? '' : `, agent ${session.agent}${wears}`;
    const by = session.principal === undefined ? '' : `, by ${session.principal}`;
    const told = `client ${session.client} on project ${session.project}${agent}${by}`;
    this.#db.record(sessionEvent('session_bind', session, told));
  }

  sessionEnded(session: SessionInfo, reason: string): void {
    // One call of an operator, which its trace tells of.
    if (session.operator !== undefined) return;
    this.sessionSeen(session);
    this.#bound.delete(session.id);
    const told = `${reason}; ${session.calls} calls, ${session.errors} errors`;
    this.#db.record(sessionEvent('session_end', session, told));
  }

  serverRequest(record: ServerRequestRecord): void {
    const { server, instanceId, method, sessionId, client, outcome, error } = record;
    this.#db.record({
      kind: 'server_request',
      actor: `server:${server}`,
      target: `server/${server}`,
      outcome: outcome === 'ok' ? 'ok' : 'error',
      durationMs: Math.round(record.durationMs * 100) / 100,
      ...(sessionId === undefined ? {} : { session: sessionId }),
      message: `${method}${error === undefined ? '' : `: ${this.#masker.mask(error)}`}`,
      detail: {
        method,
        result: outcome,
        instance: instanceId,
        ...(client === undefined ? {} : { client }),
        ...(record.project === undefined ? {} : { project: record.project }),
        ...(record.agent === undefined ? {} : { agent: record.agent }),
      },
    });
  }

  nameConflict(project: string, name: string, servers: readonly string[]): void {
    this.#db.record({
      kind: 'name_conflict',
      actor: 'engine',
      target: `project/${project}`,
      outcome: 'error',
      message: `${name} is claimed by ${servers.join(' and ')}; ${servers[0] ?? 'the first'} keeps it`,
    });
  }
}

type Caller = Pick<SessionInfo, 'client' | 'agent' | 'personality' | 'operator'>;

/** The operator who called, else the agent as which it was launched, else the client's own name. */
function actorOf({ operator, agent, client }: Caller): string {
  return operator ?? `agent:${agent ?? client}`;
}

/** What the actor does not say. */
function whoOf({ agent, client, personality }: Caller): JsonObject {
  if (agent === undefined) return {};
  return { client, ...(personality === undefined ? {} : { personality }) };
}

function sessionEvent(kind: string, session: SessionInfo, message: string): EventDraft {
  return {
    kind,
    actor: actorOf(session),
    target: `session/${session.id}`,
    outcome: 'ok',
    session: session.id,
    message,
  };
}
