/** Handles `resources/subscribe` and `resources/unsubscribe`: a server is asked once for all sessions that share an instance. */
import { MAX_URI_CHARS } from '../lists/template-matcher.ts';
import type { Registry } from '../projects/registry.ts';
import { MAX_SUBSCRIPTIONS, type Subscriptions } from '../traffic/subscriptions.ts';
import { stringAt } from '../wire/message.ts';
import { resultLine, RPC } from '../wire/rpc-errors.ts';
import type { BuiltinRequests } from './builtin/builtin-requests.ts';
import type { ByUri } from './by-uri.ts';
import type { Delivery } from './delivery.ts';
import { fail, type Incoming } from './incoming.ts';

export interface SubscribeParts {
  readonly registry: Registry;
  readonly delivery: Delivery;
  readonly byUri: ByUri;
  readonly builtin: BuiltinRequests;
  readonly subscriptions: Subscriptions;
}

export class SubscribeRequests {
  readonly #p: SubscribeParts;

  constructor(parts: SubscribeParts) {
    this.#p = parts;
  }

  request(incoming: Incoming): void {
    if (this.#p.builtin.subscribe(incoming)) return;
    const { params } = incoming;
    const exposed = stringAt(params, 'uri');
    if (exposed !== undefined && exposed.length > MAX_URI_CHARS) {
      return fail(incoming, {
        code: RPC.invalidParams,
        message: `Invalid params: uri is over ${MAX_URI_CHARS} characters`,
      });
    }
    this.#p.byUri.request({ incoming, holder: params, key: 'uri', mayAsk: false, send: this.#send });
  }

  readonly #send = (incoming: Incoming, server: string, uri: string, exposed: string): void => {
    const { registry, delivery, subscriptions } = this.#p;
    const { session, sink, idText } = incoming;
    const pool = registry.pool(server);
    if (pool === undefined) return delivery.send(incoming, server);
    if (incoming.method === 'resources/unsubscribe') {
      const isLast = subscriptions.remove(session, pool, uri);
      return isLast ? delivery.send(incoming, server) : sink.send(resultLine(idText, '{}'));
    }
    if (subscriptions.isFull(session)) {
      const message = `this session has ${MAX_SUBSCRIPTIONS} subscriptions, which is the limit: unsubscribe from one first`;
      return fail(incoming, { code: RPC.unavailable, message });
    }
    if (subscriptions.join(session, pool, uri, exposed)) return sink.send(resultLine(idText, '{}'));
    delivery.send(incoming, server, undefined, {
      onEnd: (isGood, upstream) => {
        if (isGood) subscriptions.add(session, pool, upstream, uri, exposed);
      },
    });
  };
}
