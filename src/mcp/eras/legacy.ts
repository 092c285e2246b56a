/**
 * Holds everything that depends on the protocol's revision, for those that begin with `initialize`: 2024-11-05 to
 * 2025-11-25.
 */
import { isMap, type WireMap } from '../wire/message.ts';

/** Newest first. */
export const LEGACY_VERSIONS: readonly string[] = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'];

export const NEWEST_LEGACY_VERSION = '2025-11-25';

/** The revision for a client that asks for `requested`: the same if we know it, else our newest; never an error. */
export function negotiateDownstream(requested: unknown): string {
  return typeof requested === 'string' && LEGACY_VERSIONS.includes(requested) ? requested : NEWEST_LEGACY_VERSION;
}

export function isKnownVersion(version: unknown): version is string {
  return typeof version === 'string' && LEGACY_VERSIONS.includes(version);
}

/** JSON-RPC batches exist in one revision only. */
export function allowsBatches(version: string | undefined): boolean {
  return version === '2025-03-26';
}

/** Clients of older revisions parse every event's data, an empty one too. */
export function allowsEmptyEvents(version: string | undefined): boolean {
  return version === '2025-11-25';
}

/**
 * What the router says it can do as a client on a connection that several sessions share: what it can serve whoever calls.
 * Sampling and elicitation go to the session whose call is in flight and are refused when its client cannot do them; roots
 * are answered by the router with an empty list, because a server keeps them per connection and one session's folders must
 * not become another's (docs/decisions/0011-isolation.md). A connection of one session's own is told what its client said.
 */
export const OFFERED_CAPABILITIES: WireMap = {
  roots: {},
  sampling: { tools: {}, context: {} },
  elicitation: { form: {}, url: {} },
};

/** What the router answers itself on a connection that several sessions share. */
export const SHARED_ROOTS_RESULT = '{"roots":[]}';

export const LOG_LEVELS: readonly string[] = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
];

/** The client capability that a server's request needs and the client lacks; undefined when it may be passed on. */
export function missingCapability(method: string, params: unknown, capabilities: WireMap): string | undefined {
  if (method === 'roots/list' && !isMap(capabilities['roots'])) return 'roots';
  if (method === 'sampling/createMessage') {
    const sampling = capabilities['sampling'];
    if (!isMap(sampling)) return 'sampling';
    if (isMap(params) && params['tools'] !== undefined && sampling['tools'] === undefined) return 'sampling.tools';
  }
  if (method === 'elicitation/create') {
    const elicitation = capabilities['elicitation'];
    if (!isMap(elicitation)) return 'elicitation';
    const mode = isMap(params) && params['mode'] === 'url' ? 'url' : 'form';
    // Before modes existed, an empty object meant forms.
    const isForms = elicitation['form'] !== undefined || elicitation['url'] === undefined;
    if (mode === 'url' ? elicitation['url'] === undefined : !isForms) return `elicitation.${mode}`;
  }
  return undefined;
}

/** Tasks are of one revision; which tools can run as one, each says itself. */
const TASKS = { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } } as const;

/** What every session is told when the servers behind it are several, or not known yet. */
export function ownCapabilities(version: string | undefined): WireMap {
  return {
    ...(version === '2025-11-25' ? TASKS : {}),
    tools: { listChanged: true },
    prompts: { listChanged: true },
    resources: { listChanged: true, subscribe: true },
    logging: {},
    completions: {},
  };
}

/** A lone server's own capabilities, with what the router adds: it tells of every list that changes. */
export function transparentCapabilities(upstream: WireMap): WireMap {
  const out: WireMap = { ...upstream };
  for (const list of ['tools', 'prompts', 'resources']) {
    const own = out[list];
    if (isMap(own)) out[list] = { ...own, listChanged: true };
  }
  return out;
}
