/** Serves agents: a session for each connection, from its begin to its end. */
import type { Duplex } from 'node:stream';
import { randomNonce, type Ids } from '../../kernel/ids.ts';
import type { BuiltinSubscriptions } from '../calls/builtin/builtin-subscriptions.ts';
import type { Dispatcher } from '../calls/dispatcher.ts';
import { introduce } from '../calls/initialize.ts';
import type { AgentsFace } from '../downstream/agents-face.ts';
import { EraLink } from '../downstream/era-link.ts';
import { ModernDownstream } from '../downstream/modern/modern-downstream.ts';
import type { SessionCounters } from '../downstream/session-counters.ts';
import type { SessionLink } from '../downstream/session-link.ts';
import { Session, type SessionHandler } from '../downstream/session.ts';
import { StreamLink } from '../downstream/stream-link.ts';
import { ROUTER_INFO } from '../eras/router-info.ts';
import { serverWords } from '../projects/server-words.ts';
import type { Registry } from '../projects/registry.ts';
import { clientNotification } from '../traffic/client-notifications.ts';
import type { LogLevels } from '../traffic/log-levels.ts';
import type { Subscriptions } from '../traffic/subscriptions.ts';
import type { Tasks } from '../traffic/tasks.ts';
import type { BuiltinListKind } from '../types/builtin.ts';
import type { OfferedTool, ServerWords } from '../types/catalog.ts';
import type { RouterCore } from '../types/core.ts';
import type { SessionIdentity, SessionInfo } from '../types/session.ts';
import { mapAt, stringAt, type WireMap } from '../wire/message.ts';

export interface AgentParts {
  readonly core: RouterCore;
  readonly ids: Ids;
  readonly maxMessageBytes: number;
  readonly registry: Registry;
  /** Sessions by id; this face alone adds and removes them. */
  readonly sessions: Map<string, Session>;
  readonly dispatcher: Dispatcher;
  readonly counters: SessionCounters;
  readonly tasks: Tasks;
  readonly levels: LogLevels;
  readonly subscriptions: Subscriptions;
  readonly builtinSubscriptions: BuiltinSubscriptions;
}

const NO_TOOLS: readonly OfferedTool[] = [];

export class Agents implements AgentsFace {
  readonly #p: AgentParts;
  #isClosed = false;

  constructor(parts: AgentParts) {
    this.#p = parts;
  }

  accept(stream: Duplex, identity: SessionIdentity): string {
    const link = new StreamLink(stream, this.#p.core.clock, this.#p.maxMessageBytes);
    return this.open(new EraLink(link, this.#modern(identity.project)), identity);
  }

  openModern(identity: SessionIdentity, closed: () => void): ModernDownstream {
    const modern = this.#modern(identity.project, closed);
    this.open(modern, identity);
    return modern;
  }

  open(link: SessionLink, identity: SessionIdentity): string {
    const { core, ids, maxMessageBytes, registry, sessions } = this.#p;
    const { clock, pacer, bugs } = core;
    const id = ids.next('ses');
    const session = new Session(link, { id, identity, maxMessageBytes, clock, pacer, bugs, handler: this.#handler });
    sessions.set(session.id, session);
    registry.project(identity.project).sessions.add(session);
    core.observer.sessionBound(session.info);
    if (this.#isClosed) session.end('the router is closed');
    return session.id;
  }

  sessions(): readonly SessionInfo[] {
    return [...this.#p.sessions.values()].map(({ info }) => info);
  }

  builtinChanged(kinds: readonly BuiltinListKind[], concerns?: (session: SessionInfo) => boolean): void {
    for (const session of this.#p.sessions.values()) {
      const project = this.#p.registry.project(session.project);
      if (project.transparent !== undefined || concerns?.(session.info) === false) continue;
      project.touchFor(session, kinds);
    }
  }

  builtinUpdated(uri: string): void {
    this.#p.builtinSubscriptions.updated(uri);
  }

  subscribeBuiltin(sessionId: string, uri: string): void {
    const session = this.#p.sessions.get(sessionId);
    if (session !== undefined) this.#p.builtinSubscriptions.add(session, uri);
  }

  note(sessionId: string, text: string, instead?: string): void {
    const session = this.#p.sessions.get(sessionId);
    if (session !== undefined && (instead === undefined || session.note === instead)) session.note = text;
  }

  tools(sessionId: string): readonly OfferedTool[] {
    const session = this.#p.sessions.get(sessionId);
    if (session === undefined) return NO_TOOLS;
    return this.#p.registry.project(session.project).viewOf(session).offeredTools;
  }

  serverWords(sessionId: string): readonly ServerWords[] {
    const session = this.#p.sessions.get(sessionId);
    return session === undefined ? [] : serverWords(this.#p.registry.project(session.project));
  }

  async listed(sessionId: string): Promise<void> {
    const session = this.#p.sessions.get(sessionId);
    if (session !== undefined) await this.#p.registry.project(session.project).freshen(session, 'tools');
  }

  /** Ends every session; one that comes afterwards ends at once. */
  close(): void {
    this.#isClosed = true;
    for (const session of this.#p.sessions.values()) session.end('mcptui stopped', 'at once');
  }

  readonly #handler: SessionHandler = {
    request: (session, message, bytes, sink) => this.#p.dispatcher.request(session, message, bytes, sink),
    notification: (session, method, message) =>
      clientNotification(this.#p.registry.project(session.project), session, method, message),
    introduced: (session, client) => {
      introduce(this.#p.registry.project(session.project), session, client);
      this.#p.counters.changed(session);
    },
    ended: (session, reason) => this.#ended(session, reason),
  };

  #modern(projectName: string, closed?: () => void): ModernDownstream {
    const { core, registry, sessions } = this.#p;
    const serverInfo = (): object => registry.project(projectName).transparent?.info?.serverInfo ?? ROUTER_INFO;
    const toolSchema = (sessionId: string, tool: string): WireMap | undefined => {
      const session = sessions.get(sessionId);
      const items = session === undefined ? [] : registry.project(projectName).viewOf(session).tools.items;
      return mapAt(
        items.find((item) => stringAt(item, 'name') === tool),
        'inputSchema',
      );
    };
    const parts = { clock: core.clock, nonce: randomNonce, serverInfo, toolSchema };
    return new ModernDownstream({ ...parts, ...(closed === undefined ? {} : { closed }) });
  }

  #ended(session: Session, reason: string): void {
    const { core, registry, sessions, tasks, levels, subscriptions, builtinSubscriptions, counters } = this.#p;
    subscriptions.removeAll(session);
    builtinSubscriptions.removeAll(session);
    tasks.removeAll(session);
    for (const pool of registry.pools.values()) pool.release(session);
    const project = registry.project(session.project);
    project.leave(session);
    levels.changed(project);
    counters.ended(session);
    sessions.delete(session.id);
    registry.dropProjectIfUnused(session.project);
    core.observer.sessionEnded(session.info, reason);
  }
}
