/**
 * Tasks of 2025-11-25: which server has which task, and whose it is. Servers choose the ids, so two of them may choose the
 * same; the second is shown as `<server>:<id>`. A session reaches its own tasks only, also on a server that it shares.
 */
import { BoundedMap } from '../../kernel/bounded-map.ts';
import { isMap, mapAt, mapsAt, stringAt, type WireMap } from '../wire/message.ts';
import type { Session } from '../downstream/session.ts';

const RELATED = 'io.modelcontextprotocol/related-task';

/** Of one session, the oldest forgotten first. */
const MAX_TASKS = 1000;

export interface TaskRoute {
  readonly server: string;
  /** The server's own id. */
  readonly id: string;
  /** The server's own name of the tool whose call it is. */
  readonly tool?: string;
}

interface OfSession {
  /** By the id that the agent knows. */
  readonly byExposed: BoundedMap<string, TaskRoute>;
  /** By server, then by the server's own id: the id that the agent knows. */
  readonly exposed: Map<string, Map<string, string>>;
}

export class Tasks {
  readonly #sessions = new Map<Session, OfSession>();

  route(session: Session, exposed: string): TaskRoute | undefined {
    return this.#sessions.get(session)?.byExposed.get(exposed);
  }

  /** The servers on which the session has tasks. */
  servers(session: Session): string[] {
    return [...(this.#sessions.get(session)?.exposed.keys() ?? [])];
  }

  toolOf(session: Session, server: string, id: string): string | undefined {
    const mine = this.#sessions.get(session);
    return mine?.byExposed.get(mine.exposed.get(server)?.get(id) ?? '')?.tool;
  }

  isOwn(session: Session, server: string, id: string): boolean {
    return this.#sessions.get(session)?.exposed.get(server)?.has(id) ?? false;
  }

  /** The session that has this task of a server. */
  owner(server: string, id: string): Session | undefined {
    for (const [session, { exposed }] of this.#sessions) if (exposed.get(server)?.has(id) === true) return session;
    return undefined;
  }

  /** The answer to a request that asked for a task may have made one. */
  learn(session: Session, server: string, message: WireMap, tool?: string): void {
    const id = stringAt(mapAt(message['result'], 'task'), 'taskId');
    if (id === undefined || session.isEnded) return;
    const mine = this.#sessions.get(session) ?? { byExposed: new BoundedMap(MAX_TASKS), exposed: new Map() };
    this.#sessions.set(session, mine);
    const isTaken = mine.byExposed.has(id) && mine.byExposed.get(id)?.server !== server;
    const exposed = isTaken ? `${server}:${id}` : id;
    const dropped = mine.byExposed.set(exposed, { server, id, ...(tool === undefined ? {} : { tool }) });
    const ofServer = mine.exposed.get(server) ?? new Map<string, string>();
    mine.exposed.set(server, ofServer.set(id, exposed));
    if (dropped !== undefined) mine.exposed.get(dropped[1].server)?.delete(dropped[1].id);
  }

  /** Puts the agent's ids where a message of the server names tasks; true when it changed anything. */
  expose(session: Session, server: string, message: WireMap): boolean {
    const ids = this.#sessions.get(session)?.exposed.get(server);
    if (ids === undefined) return false;
    let isChanged = false;
    for (const holder of holders(message)) {
      const id = holder['taskId'];
      const exposed = typeof id === 'string' ? ids.get(id) : undefined;
      if (exposed === undefined || exposed === id) continue;
      holder['taskId'] = exposed;
      isChanged = true;
    }
    return isChanged;
  }

  /** The session is gone. */
  removeAll(session: Session): void {
    this.#sessions.delete(session);
  }
}

/** The objects of a message whose `taskId` names a task of its sender. */
function holders(message: WireMap): WireMap[] {
  const body = isMap(message['result']) ? message['result'] : mapAt(message, 'params');
  if (body === undefined) return [];
  const related = mapAt(mapAt(body, '_meta'), RELATED);
  return [body, mapAt(body, 'task'), related, ...mapsAt(body, 'tasks')].filter((holder) => holder !== undefined);
}
