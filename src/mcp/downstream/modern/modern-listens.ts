/**
 * Keeps an agent's `subscriptions/listen`: which changes it wants to hear of, each told under the id of the request
 * that asked for it.
 */
import { isMap, mapAt, stringAt, type WireId, type WireMap } from '../../wire/message.ts';
import { withMember } from '../../wire/json-source.ts';
import { resultLine } from '../../wire/rpc-errors.ts';
import { idText } from '../../wire/wire-id.ts';
import { META } from '../../eras/modern.ts';
import type { ModernReply } from './modern-reply.ts';

/** Of one agent. */
const MAX_LISTENS = 64;
const MAX_URIS = 1_000;

const LISTS: Readonly<Record<string, string>> = {
  'notifications/tools/list_changed': 'toolsListChanged',
  'notifications/prompts/list_changed': 'promptsListChanged',
  'notifications/resources/list_changed': 'resourcesListChanged',
};

interface Listen {
  readonly id: WireId;
  readonly wants: ReadonlySet<string>;
  readonly uris: ReadonlySet<string>;
  readonly reply: ModernReply;
}

export class ModernListens {
  readonly #listens = new Set<Listen>();
  readonly #subscribe: (uri: string, isWanted: boolean) => void;

  /** `subscribe` asks for updates of a resource, or no longer. */
  constructor(subscribe: (uri: string, isWanted: boolean) => void) {
    this.#subscribe = subscribe;
  }

  get size(): number {
    return this.#listens.size;
  }

  /** Acknowledges and begins. Returns how to end it, or what is wrong with the request. */
  begin(id: WireId, params: WireMap | undefined, reply: ModernReply): (() => void) | string {
    const asked = mapAt(params, 'notifications');
    if (asked === undefined) return 'notifications must be an object';
    if (this.#listens.size >= MAX_LISTENS) return `there are ${MAX_LISTENS} subscriptions already`;
    const wants = new Set(Object.values(LISTS).filter((name) => asked[name] === true));
    const named = asked['resourceSubscriptions'];
    const uris = new Set(Array.isArray(named) ? named.filter((uri) => typeof uri === 'string') : []);
    if (uris.size > MAX_URIS) return `resourceSubscriptions names over ${MAX_URIS} URIs`;
    const listen: Listen = { id, wants, uris, reply };
    const honoured = {
      ...Object.fromEntries([...wants].map((name) => [name, true])),
      ...(uris.size === 0 ? {} : { resourceSubscriptions: [...uris] }),
    };
    const acknowledged = { method: 'notifications/subscriptions/acknowledged', params: { notifications: honoured } };
    this.#tell(listen, acknowledged);
    const isFirst = (uri: string): boolean => ![...this.#listens].some((other) => other.uris.has(uri));
    const fresh = [...uris].filter(isFirst);
    this.#listens.add(listen);
    for (const uri of fresh) this.#subscribe(uri, true);
    return () => {
      if (!this.#listens.delete(listen)) return;
      for (const uri of [...uris].filter(isFirst)) this.#subscribe(uri, false);
    };
  }

  /** Tells a change to those who asked for it. False: it is no such change. */
  change(message: WireMap): boolean {
    const method = stringAt(message, 'method') ?? '';
    const list = LISTS[method];
    if (list === undefined && method !== 'notifications/resources/updated') return false;
    const uri = mapAt(message, 'params')?.['uri'];
    for (const listen of this.#listens) {
      const isWanted = list === undefined ? typeof uri === 'string' && listen.uris.has(uri) : listen.wants.has(list);
      if (isWanted) this.#tell(listen, message);
    }
    return true;
  }

  /** Nothing more comes: each is answered, which says that it has ended well. */
  close(serverInfo: object): void {
    for (const { id, reply } of this.#listens) {
      const meta = withMember(JSON.stringify({ [META.serverInfo]: serverInfo }), META.subscriptionId, idText(id));
      reply.send(resultLine(idText(id), `{"resultType":"complete","_meta":${meta}}`), 200);
    }
    this.#listens.clear();
  }

  #tell({ id, reply }: Listen, message: WireMap): void {
    const params = isMap(message['params']) ? message['params'] : {};
    const { _meta, ...rest } = params;
    const own = isMap(_meta) ? { ..._meta } : {};
    delete own[META.subscriptionId];
    const meta = withMember(JSON.stringify(own), META.subscriptionId, idText(id));
    const told = withMember(JSON.stringify(rest), '_meta', meta);
    reply.event(`{"jsonrpc":"2.0","method":${JSON.stringify(message['method'])},"params":${told}}`);
  }
}
