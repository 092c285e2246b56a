/** Describes one request of an agent while it is being routed. */
import type { Bugs } from '../../kernel/bugs.ts';
import { cutName } from '../../kernel/foreign.ts';
import type { WireId, WireMap } from '../wire/message.ts';
import type { Project } from '../projects/project.ts';
import type { ProjectView } from '../projects/project-view.ts';
import { mapUri } from '../lists/resource-table.ts';
import type { ReplySink } from '../wire/reply-sink.ts';
import { errorLine, INTERNAL, RPC, type RpcError } from '../wire/rpc-errors.ts';
import type { Session } from '../downstream/session.ts';
import type { Upstream } from '../upstream/upstream.ts';

/** A server that has this much unread input is not given more. */
const MAX_QUEUED_BYTES = 128 * 1024 * 1024;

export interface Incoming {
  readonly session: Session;
  readonly project: Project;
  /** What the session sees of it. */
  readonly view: ProjectView;
  readonly message: WireMap;
  readonly method: string;
  readonly params: WireMap | undefined;
  /** Of the request as it came. */
  readonly bytes: number;
  readonly sink: ReplySink;
  /** JSON of the agent's id. */
  readonly idText: string;
}

export function fail(incoming: Incoming, error: RpcError): void {
  incoming.sink.send(errorLine(incoming.idText, error));
}

/** Goes on with a request that had to wait: an error of ours is reported, and the request is answered all the same. */
export function goOn(incoming: Incoming, bugs: Bugs, work: () => void): void {
  try {
    work();
  } catch (error) {
    bugs.report('a request that had waited', error);
    fail(incoming, INTERNAL);
    incoming.session.settled(incoming.message['id'] as WireId);
  }
}

/** The same with a request that was in flight while it waited: it is settled unless it is in flight again, under the same id. */
export function resume(incoming: Incoming, bugs: Bugs, work: () => void): void {
  const { session } = incoming;
  const id = incoming.message['id'] as WireId;
  session.inFlight.delete(id);
  goOn(incoming, bugs, work);
  if (!session.inFlight.has(id)) session.settled(id);
}

export function overloaded(upstream: Upstream): RpcError | undefined {
  if (upstream.queuedBytes < MAX_QUEUED_BYTES) return undefined;
  const reason = 'it does not read its input';
  return {
    code: RPC.unavailable,
    message: `server ${upstream.server} is overloaded: ${reason}`,
    data: { server: upstream.server, state: 'running', reason },
  };
}

export function ambiguousUri(uri: string, servers: readonly string[]): RpcError {
  const shown = cutName(uri);
  const forms = servers.map((server) => mapUri(server, shown)).join(' or ');
  return {
    code: RPC.invalidParams,
    message: `${shown} is a URI of servers ${servers.join(' and ')}: read ${forms}`,
    data: { uri: shown, servers },
  };
}

/** Servers that may know a URI which no list names. */
export function candidates(project: Project): string[] {
  const having = project.pools.filter((pool) => pool.isConnected && pool.info?.capabilities['resources'] !== undefined);
  return having.map(({ name }) => name);
}

/** With one server there is nobody else to ask. */
export function onlyServer(
  project: Project,
  uri: string,
): { readonly server: string; readonly uri: string } | undefined {
  const [only, another] = project.pools;
  return only === undefined || another !== undefined ? undefined : { server: only.name, uri };
}
