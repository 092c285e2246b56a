/**
 * Which server has which resource. URIs stay as they are; only one that another server claims already is shown as
 * `mcptui+<server>:<uri>`, which is a valid URI and says where it leads. Pure.
 */
import type { WireMap } from './message.ts';
import type { ServerItems } from './routing-table.ts';

export interface ResourceRoute {
  readonly server: string;
  /** The upstream's own URI. */
  readonly uri: string;
}

export interface ResourceTable {
  readonly resources: readonly WireMap[];
  readonly templates: readonly WireMap[];
  /** By the upstream's own URI: the server that is shown with it unmapped. */
  readonly owners: ReadonlyMap<string, string>;
  readonly templateOwners: ReadonlyMap<string, string>;
  /** Servers with a URI or template that is shown mapped: their results need a look. */
  readonly mapped: ReadonlySet<string>;
  readonly matchers: readonly { readonly server: string; readonly pattern: RegExp }[];
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
  const matchers: { server: string; pattern: RegExp }[] = [];
  for (const { server, items } of templateParts) {
    for (const { uriTemplate } of items) {
      const pattern = typeof uriTemplate === 'string' ? templatePattern(uriTemplate) : undefined;
      if (pattern !== undefined) matchers.push({ server, pattern });
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

/** What each kind of RFC 6570 expression may expand to, loosely: several servers' templates are tried in order. */
const EXPRESSIONS: Readonly<Record<string, string>> = {
  '+': '.*',
  '#': '(?:#.*)?',
  '/': '(?:/[^/?#]*)*',
  '.': '(?:\\.[^/?#]*)?',
  ';': '(?:;[^/?#]*)*',
  '?': '(?:\\?[^#]*)?',
  '&': '(?:&[^#]*)?',
};

/** A pattern that matches the template's expansions; undefined when the template is not well formed. */
export function templatePattern(template: string): RegExp | undefined {
  let source = '';
  let position = 0;
  for (const match of template.matchAll(/\{([+#./;?&]?)([^{}]+)\}/g)) {
    source += escapeText(template.slice(position, match.index));
    source += EXPRESSIONS[match[1] ?? ''] ?? '[^/?#]*';
    position = match.index + match[0].length;
  }
  const rest = template.slice(position);
  if (/[{}]/.test(rest)) return undefined;
  return new RegExp(`^${source}${escapeText(rest)}$`, 's');
}

function escapeText(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
