/**
 * Merges the resources of several servers, and routes their URIs. URIs stay as they are; only one that another server
 * claims already is shown as `mcptui+<server>:<uri>`, which is a valid URI and says where it leads. Pure.
 */
import type { WireMap } from '../wire/message.ts';
import { TemplateMatcher } from './template-matcher.ts';
import type { ServerItems } from './routing-table.ts';

export interface ResourceRoute {
  readonly server: string;
  /** The upstream's own URI. */
  readonly uri: string;
}

/** Several servers say that a URI is theirs. */
export interface AmbiguousUri {
  readonly claimedBy: readonly string[];
}

export interface ResourceTable {
  readonly resources: readonly WireMap[];
  readonly templates: readonly WireMap[];
  /** By the upstream's own URI: the server that is shown with it unmapped. */
  readonly owners: ReadonlyMap<string, string>;
  readonly templateOwners: ReadonlyMap<string, string>;
  /** Servers with a URI or template that is shown mapped: their results need a look. */
  readonly mapped: ReadonlySet<string>;
  readonly matchers: readonly { readonly server: string; readonly matcher: TemplateMatcher }[];
}

/** Work that templates of a project may make for one URI; what is beyond matches nothing. */
const MAX_STEPS = 2_000_000;

/** The servers that have a template which the URI may come from. */
export function templateServers({ matchers }: ResourceTable, uri: string): readonly string[] {
  const servers: string[] = [];
  let steps = 0;
  for (const { server, matcher } of matchers) {
    if (servers.includes(server) || !matcher.begins(uri)) continue;
    steps += matcher.cost(uri);
    if (steps > MAX_STEPS) break;
    if (matcher.test(uri)) servers.push(server);
  }
  return servers;
}

export function mapUri(server: string, uri: string): string {
  return `mcptui+${server}:${uri}`;
}

/** The server and its own URI in a mapped one. */
export function unmapUri(uri: string): ResourceRoute | undefined {
  const found = /^mcptui\+([^:]+):(.*)$/s.exec(uri);
  return found?.[1] === undefined || found[2] === undefined ? undefined : { server: found[1], uri: found[2] };
}

export function buildResourceTable(
  resourceParts: readonly ServerItems[],
  templateParts: readonly ServerItems[],
): ResourceTable {
  const mapped = new Set<string>();
  const resources = claim(resourceParts, 'uri', mapped);
  const templates = claim(templateParts, 'uriTemplate', mapped);
  const matchers: { server: string; matcher: TemplateMatcher }[] = [];
  for (const { server, items } of templateParts) {
    for (const { uriTemplate } of items) {
      const matcher = typeof uriTemplate === 'string' ? TemplateMatcher.of(uriTemplate) : undefined;
      // One that another server has too is shown mapped, and so are its URIs.
      if (matcher !== undefined && templates.owners.get(uriTemplate as string) === server)
        matchers.push({ server, matcher });
    }
  }
  return {
    resources: resources.items,
    templates: templates.items,
    owners: resources.owners,
    templateOwners: templates.owners,
    mapped,
    matchers,
  };
}

function claim(
  parts: readonly ServerItems[],
  key: 'uri' | 'uriTemplate',
  mapped: Set<string>,
): { readonly items: readonly WireMap[]; readonly owners: ReadonlyMap<string, string> } {
  const owners = new Map<string, string>();
  const items: WireMap[] = [];
  for (const { server, items: own } of parts) {
    for (const item of own) {
      const uri = item[key];
      if (typeof uri !== 'string') continue;
      const owner = owners.get(uri);
      if (owner === undefined) owners.set(uri, server);
      if (owner === undefined || owner === server) {
        items.push(item);
        continue;
      }
      mapped.add(server);
      items.push({ ...item, [key]: mapUri(server, uri) });
    }
  }
  return { items, owners };
}
