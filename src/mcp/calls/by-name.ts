/** Routes requests that name a tool or a prompt: to the server whose list has it, or to built-in content. */
import type { NameRoute } from '../lists/routing-table.ts';
import { stringAt, type WireMap } from '../wire/message.ts';
import { RPC } from '../wire/rpc-errors.ts';
import type { BuiltinRequests } from './builtin/builtin-requests.ts';
import type { CallParts } from './call-parts.ts';
import type { Delivery } from './delivery.ts';
import { fail, type Incoming } from './incoming.ts';
import { refuseUnknown, unheardOf, whenListed, type NamedRequest } from './unknown-name.ts';

export class ByName {
  readonly #parts: CallParts;
  readonly #delivery: Delivery;
  readonly #builtin: BuiltinRequests;

  constructor(parts: CallParts, delivery: Delivery, builtin: BuiltinRequests) {
    this.#parts = parts;
    this.#delivery = delivery;
    this.#builtin = builtin;
  }

  request(incoming: Incoming, kind: NamedRequest['kind'], holder: WireMap | undefined, key: string): void {
    const name = stringAt(holder, key);
    if (holder === undefined || name === undefined) {
      return fail(incoming, { code: RPC.invalidParams, message: `Invalid params: ${key} must be a string` });
    }
    const request: NamedRequest = { incoming, kind, holder, key, name };
    const route = incoming.view[kind].routes.get(name);
    if (!this.#parts.stages.mayAskFor(incoming.session, kind, name, route?.item, route?.server)) {
      return refuseUnknown(this.#parts, this.#delivery, request, undefined);
    }
    if (route !== undefined) return this.#send(request, route);
    if (this.#builtin.named(incoming, name)) return;
    this.#freshen(request, false);
  }

  #send({ incoming, kind, holder, key }: NamedRequest, route: NameRoute): void {
    holder[key] = route.name;
    const isCall = kind === 'tools' && incoming.method === 'tools/call';
    this.#delivery.send(incoming, route.server, isCall ? route : undefined);
  }

  /** No list has it; one that is not fresh may. */
  #freshen(request: NamedRequest, hasWaited: boolean): void {
    const { incoming, kind } = request;
    const wait = incoming.project.freshen(incoming.session, kind);
    if (wait === undefined) this.#lookAgain(request, hasWaited);
    else this.#delivery.later(incoming, wait, () => this.#lookAgain(request, hasWaited));
  }

  #lookAgain(request: NamedRequest, hasWaited: boolean): void {
    const { incoming, kind, name } = request;
    const route = incoming.project.viewOf(incoming.session)[kind].routes.get(name);
    const { stages } = this.#parts;
    const isSeen = route !== undefined && stages.mayAskFor(incoming.session, kind, name, route.item, route.server);
    if (isSeen) this.#send(request, route);
    else if (hasWaited) this.#refuse(request);
    else this.#waitForServer(request);
  }

  /** A server that may have it is waited for once: for its list, for its start, or for another try. */
  #waitForServer(request: NamedRequest): void {
    const { incoming, kind, name } = request;
    const unheard = unheardOf(incoming, kind, name);
    const listed = whenListed(incoming, kind, unheard);
    const down = unheard?.isConnected === true ? undefined : unheard;
    const there =
      down === undefined ? undefined : (this.#delivery.tried(down.name) ?? this.#delivery.coming(down.name));
    const wait = listed ?? there;
    if (wait === undefined) this.#refuse(request);
    else this.#delivery.later(incoming, wait, () => this.#freshen(request, true));
  }

  #refuse(request: NamedRequest): void {
    const { incoming, kind, name } = request;
    refuseUnknown(this.#parts, this.#delivery, request, unheardOf(incoming, kind, name));
  }
}
