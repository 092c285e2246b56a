/** Sends `tasks/*` of agents to the server that has the task, and only for those who own it. */
import type { Clock } from '../../kernel/clock.ts';
import type { Registry } from '../projects/registry.ts';
import type { Tasks } from '../traffic/tasks.ts';
import type { CallParts } from './call-parts.ts';
import type { Delivery } from './delivery.ts';
import { fail, type Incoming } from './incoming.ts';
import { mapsAt, stringAt, type WireMap } from '../wire/message.ts';
import { ask } from '../upstream/router-request.ts';
import { resultLine, RPC } from '../wire/rpc-errors.ts';

const LIST_TIMEOUT_MS = 5_000;

/** A server that never stops handing out cursors is stopped here. */
const MAX_PAGES = 100;
/** Of one session, over all servers. */
const MAX_LISTED = 10_000;

export class TaskRequests {
  readonly #clock: Clock;
  readonly #registry: Registry;
  readonly #tasks: Tasks;
  readonly #delivery: Delivery;

  constructor({ core, registry, tasks }: CallParts, delivery: Delivery) {
    this.#clock = core.clock;
    this.#registry = registry;
    this.#tasks = tasks;
    this.#delivery = delivery;
  }

  request(incoming: Incoming): void {
    const { session, project, method, params } = incoming;
    const lone = project.transparent;
    // A session's own instance knows nobody else's tasks.
    if (lone?.isIsolated === true) return this.#delivery.send(incoming, lone.name);
    if (method === 'tasks/list') return this.#list(incoming);
    const exposed = stringAt(params, 'taskId');
    const route = exposed === undefined ? undefined : this.#tasks.route(session, exposed);
    if (params === undefined || route === undefined) {
      return fail(incoming, { code: RPC.invalidParams, message: `Task not found: ${exposed ?? 'taskId is missing'}` });
    }
    params['taskId'] = route.id;
    this.#delivery.send(incoming, route.server, undefined, { isJudged: true });
  }

  #list(incoming: Incoming): void {
    const { session, params, sink, idText } = incoming;
    if ((params?.['cursor'] ?? undefined) !== undefined) {
      return fail(incoming, { code: RPC.invalidParams, message: 'Invalid params: unknown cursor' });
    }
    const tasks: WireMap[] = [];
    const gather = this.#tasks.servers(session).map((server) => this.#gather(incoming, server, tasks));
    const all = Promise.all(gather).then(() => undefined);
    this.#delivery.later(incoming, all, () => sink.send(resultLine(idText, JSON.stringify({ tasks }))));
  }

  /** Never rejects; a server that does not answer has no tasks to show. */
  async #gather({ session }: Incoming, server: string, into: WireMap[]): Promise<void> {
    const upstream = this.#registry.pool(server)?.held(session);
    if (upstream === undefined) return;
    let cursor: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const params = cursor === undefined ? {} : { cursor };
      const request = { method: 'tasks/list', params, timeoutMs: LIST_TIMEOUT_MS };
      const outcome = await ask(this.#clock, upstream, request);
      if (outcome.kind !== 'result') return;
      const own = mapsAt(outcome.result, 'tasks').filter((task) =>
        this.#tasks.isOwn(session, server, stringAt(task, 'taskId') ?? ''),
      );
      this.#tasks.expose(session, server, { result: { tasks: own } });
      for (const task of own) if (into.length < MAX_LISTED) into.push(task);
      const next = stringAt(outcome.result, 'nextCursor');
      if (next === undefined || next === cursor || into.length >= MAX_LISTED) return;
      cursor = next;
    }
  }
}
