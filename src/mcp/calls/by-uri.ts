/** Routes requests that name a resource: to the server that the tables name, or to those that may know it. */
import { stringAt, type WireMap } from '../wire/message.ts';
import { RPC } from '../wire/rpc-errors.ts';
import type { CallParts } from './call-parts.ts';
import type { Delivery } from './delivery.ts';
import { ambiguousUri, candidates, fail, onlyServer, type Incoming } from './incoming.ts';

export interface UriRequest {
  readonly incoming: Incoming;
  /** `holder[key]` is the agent's URI; it becomes the server's. */
  readonly holder: WireMap | undefined;
  readonly key: string;
  /** Servers are asked in turn for a URI that none of the tables knows. */
  readonly mayAsk: boolean;
  readonly send: (incoming: Incoming, server: string, uri: string, exposed: string) => void;
}

export class ByUri {
  readonly #parts: CallParts;
  readonly #delivery: Delivery;

  constructor(parts: CallParts, delivery: Delivery) {
    this.#parts = parts;
    this.#delivery = delivery;
  }

  request(request: UriRequest): void {
    const { incoming, holder, key } = request;
    const exposed = stringAt(holder, key);
    if (holder === undefined || exposed === undefined) {
      return fail(incoming, { code: RPC.invalidParams, message: `Invalid params: ${key} must be a string` });
    }
    if (!this.#parts.stages.mayAskFor(incoming.session, 'resources', exposed, undefined))
      return notFound(incoming, exposed);
    if (this.#deliver(request, holder, exposed)) return;
    const { project, session } = incoming;
    const waits = [project.freshen(session, 'resources'), project.freshen(session, 'templates')];
    const [wait, another] = waits.filter((each) => each !== undefined);
    if (wait === undefined) return this.#lookAgain(request, holder, exposed);
    const both = another === undefined ? wait : wait.then(() => another);
    this.#delivery.later(incoming, both, () => this.#lookAgain(request, holder, exposed));
  }

  #deliver({ incoming, key, send }: UriRequest, holder: WireMap, exposed: string): boolean {
    const { project, session } = incoming;
    const route = project.viewOf(session).routeUri(exposed) ?? onlyServer(project, exposed);
    if (route === undefined) return false;
    if ('server' in route && !this.#parts.stages.reaches(session, route.server)) {
      notFound(incoming, exposed);
      return true;
    }
    if ('claimedBy' in route) {
      fail(incoming, ambiguousUri(exposed, route.claimedBy));
      return true;
    }
    holder[key] = route.uri;
    send(incoming, route.server, route.uri, exposed);
    return true;
  }

  #lookAgain(request: UriRequest, holder: WireMap, exposed: string): void {
    if (this.#deliver(request, holder, exposed)) return;
    const { incoming, mayAsk } = request;
    const { stages } = this.#parts;
    const asked = mayAsk ? candidates(incoming.project) : [];
    const [first, ...others] = asked.filter((server) => stages.reaches(incoming.session, server));
    if (first === undefined) return notFound(incoming, exposed);
    this.#delivery.send(incoming, first, undefined, { alternatives: others });
  }
}

function notFound(incoming: Incoming, uri: string): void {
  fail(incoming, { code: RPC.resourceNotFound, message: 'Resource not found', data: { uri } });
}
