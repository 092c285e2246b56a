/** Merges the lists of a project's servers as one kind of client sees them, and routes what it asks for. */
import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { ClientProfile } from '../eras/client-profile.ts';
import { LISTS, LIST_KINDS, type ListSet } from '../lists/list-cache.ts';
import type { ListKind } from '../types/lists.ts';
import type { ServerPool } from '../servers/pool.ts';
import {
  buildResourceTable,
  mapUri,
  templateServers,
  unmapUri,
  type AmbiguousUri,
  type ResourceRoute,
  type ResourceTable,
} from '../lists/resource-table.ts';
import { DEFAULT_NAMING, roomFor } from '../lists/qualified-name.ts';
import { MAX_URI_CHARS } from '../lists/template-matcher.ts';
import { buildNameTable, type NameTable, type ServerItems } from '../lists/routing-table.ts';
import type { OfferedTool } from '../types/catalog.ts';
import type { BuiltinListKind } from '../types/builtin.ts';

/** URIs seen in results, the oldest forgotten first. */
const MAX_SEEN_URIS = 1000;

/** What a view needs of its project. */
export interface ViewedProject {
  readonly pools: readonly ServerPool[];
  readonly transparent: ServerPool | undefined;
  reportConflict(kind: BuiltinListKind, name: string, servers: readonly string[]): void;
}

export class ProjectView {
  readonly profile: ClientProfile;
  /** Servers whose lists differ for the one session that this view is of. */
  readonly ownLists: ReadonlyMap<string, ListSet>;
  readonly #project: ViewedProject;
  #tools: NameTable | undefined;
  #offered: { readonly of: NameTable; readonly list: readonly OfferedTool[] } | undefined;
  #prompts: NameTable | undefined;
  #resources: ResourceTable | undefined;
  readonly #resultTexts = new Map<ListKind, string>();
  readonly #seen = new BoundedMap<string, string>(MAX_SEEN_URIS);

  constructor(project: ViewedProject, profile: ClientProfile, ownLists: ReadonlyMap<string, ListSet> = new Map()) {
    this.#project = project;
    this.profile = profile;
    this.ownLists = ownLists;
  }

  /** Tells the observer once of each. */
  reportConflict(kind: BuiltinListKind, name: string, servers: readonly string[]): void {
    this.#project.reportConflict(kind, name, servers);
  }

  lists(pool: ServerPool): ListSet {
    return this.ownLists.get(pool.name) ?? pool.lists(this.profile);
  }

  get tools(): NameTable {
    this.#tools ??= this.#nameTable('tools');
    return this.#tools;
  }

  /** The same array for as long as the tools are the same. */
  get offeredTools(): readonly OfferedTool[] {
    const { tools } = this;
    if (this.#offered?.of !== tools) {
      const list = [...tools.routes].map(([name, { server, name: tool, item }]) => ({ name, server, tool, item }));
      this.#offered = { of: tools, list };
    }
    return this.#offered.list;
  }

  get prompts(): NameTable {
    this.#prompts ??= this.#nameTable('prompts');
    return this.#prompts;
  }

  get resources(): ResourceTable {
    this.#resources ??= buildResourceTable(this.#parts('resources'), this.#parts('templates'));
    return this.#resources;
  }

  /** The JSON of a list's result, the same for every session of this view. */
  resultText(kind: ListKind): string {
    let text = this.#resultTexts.get(kind);
    if (text === undefined) {
      const lone = this.#project.transparent;
      const extras = lone === undefined ? {} : this.lists(lone)[kind].extras;
      text = JSON.stringify({ ...extras, [LISTS[kind].key]: this.#items(kind) });
      this.#resultTexts.set(kind, text);
    }
    return text;
  }

  /** Every list's text, to compare with later. */
  allTexts(): Record<ListKind, string> {
    const texts = LIST_KINDS.map((kind) => [kind, this.resultText(kind)] as const);
    return Object.fromEntries(texts) as Record<ListKind, string>;
  }

  /** A list has changed: what was made of it is made anew when asked for. */
  drop(kind: ListKind): void {
    this.#resultTexts.delete(kind);
    if (kind === 'tools') this.#tools = undefined;
    else if (kind === 'prompts') this.#prompts = undefined;
    else {
      this.#resources = undefined;
      this.#resultTexts.delete('resources');
      this.#resultTexts.delete('templates');
    }
  }

  /** Which server answers for a URI; undefined when no table, template or earlier result knows it. */
  routeUri(uri: string): ResourceRoute | AmbiguousUri | undefined {
    const { owners, templateOwners } = this.resources;
    const mapped = unmapUri(uri);
    if (mapped !== undefined && this.#project.pools.some((pool) => pool.name === mapped.server)) return mapped;
    const owner = owners.get(uri) ?? templateOwners.get(uri);
    if (owner !== undefined) return { server: owner, uri };
    const claimedBy = templateServers(this.resources, uri);
    if (claimedBy.length > 1) return { claimedBy };
    const server = claimedBy[0] ?? this.#seen.get(uri);
    return server === undefined ? undefined : { server, uri };
  }

  /** Whose an item of the list is; undefined for mcptui's own. */
  serverOf(kind: ListKind, name: string): string | undefined {
    if (kind === 'tools' || kind === 'prompts') return this[kind].routes.get(name)?.server;
    if (kind === 'templates') return this.resources.templateOwners.get(name) ?? unmapUri(name)?.server;
    const route = this.routeUri(name);
    return route !== undefined && 'server' in route ? route.server : undefined;
  }

  /** The URI under which agents reach a server's `uri`. */
  exposeUri(server: string, uri: string): string {
    const { owners, templateOwners } = this.resources;
    const owner = owners.get(uri) ?? templateOwners.get(uri) ?? this.#seen.get(uri);
    return owner === undefined || owner === server ? uri : mapUri(server, uri);
  }

  /** A result of `server` named this URI. */
  learnUri(server: string, uri: string): void {
    if (this.#project.pools.length < 2 || uri.length > MAX_URI_CHARS) return;
    if (this.resources.owners.has(uri) || this.#seen.has(uri)) return;
    this.#seen.set(uri, server);
  }

  #parts(kind: ListKind): ServerItems[] {
    const { pools, transparent } = this.#project;
    return pools.map((pool) => ({
      server: pool.name,
      prefix: pool.routed?.prefix ?? pool.name,
      items: this.lists(pool)[kind].items,
      maxNameChars: roomFor(pool.routed?.naming ?? DEFAULT_NAMING),
      context: kind === 'tools' && transparent === undefined ? (pool.routed?.context ?? '').trim() : '',
    }));
  }

  #items(kind: ListKind): readonly object[] {
    if (kind === 'tools') return this.tools.items;
    if (kind === 'prompts') return this.prompts.items;
    return kind === 'resources' ? this.resources.resources : this.resources.templates;
  }

  #nameTable(kind: 'tools' | 'prompts'): NameTable {
    const table = buildNameTable(this.#parts(kind));
    for (const { name, servers } of table.conflicts) this.#project.reportConflict(kind, name, servers);
    for (const name of table.altered.keys()) {
      const server = table.routes.get(name)?.server;
      if (server !== undefined) this.#project.reportConflict(kind, name, [server]);
    }
    return table;
  }
}
