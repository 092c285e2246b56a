/** Answers one server’s lists for people: every definition as the server gave it, with the name under which agents reach it. */
import type { Clock } from '../../kernel/clock.ts';
import { cutName } from '../../kernel/foreign.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { LIST_KINDS, type CachedList } from '../lists/list-cache.ts';
import type { ListKind } from '../types/lists.ts';
import { isUndeclared } from '../lists/list-fetch.ts';
import { KEY_OF } from '../lists/definition-check.ts';
import type { ServerPool } from '../servers/pool.ts';
import type { Project } from '../projects/project.ts';
import type { ProjectView } from '../projects/project-view.ts';
import { DEFAULT_NAMING, roomFor } from '../lists/qualified-name.ts';
import type { NameTable } from '../lists/routing-table.ts';
import type { CatalogItem, CatalogList, ServerCatalog, UpstreamState } from '../types/catalog.ts';
import type { ListState } from '../types/lists.ts';

export function upstreamState(pool: ServerPool, project: string, clock: Clock): UpstreamState {
  const { tools } = pool.lists(pool.shownProfile);
  return {
    server: pool.name,
    project,
    instances: [...pool.upstreams].length,
    ...(pool.isConnected ? {} : { down: pool.down }),
    ...(tools.isKnown ? { tools: tools.items.length } : {}),
    list: listState(tools, clock),
    ...(pool.info === undefined ? {} : { declared: Object.keys(pool.info.capabilities).slice(0, 20).map(cutName) }),
    ...undeclaredBy(pool),
  };
}

function undeclaredBy(pool: ServerPool): Pick<UpstreamState, 'undeclared'> {
  const undeclared = LIST_KINDS.filter((kind) => [...pool.upstreams].some((upstream) => isUndeclared(upstream, kind)));
  return undeclared.length === 0 ? {} : { undeclared };
}

export function serverCatalog(pool: ServerPool, project: Project, clock: Clock): ServerCatalog {
  const { tools: _count, list: _list, ...state } = upstreamState(pool, project.name, clock);
  const lists = Object.fromEntries(LIST_KINDS.map((kind) => [kind, listOf(pool, project, kind, clock)]));
  return { ...state, lists: lists as Record<ListKind, CatalogList> };
}

/** `name` is the server's own. Undefined when it has no such tool, as far as is known. */
export function catalogTool(pool: ServerPool, project: Project, name: string): CatalogItem | undefined {
  const definition = pool.lists(pool.shownProfile).tools.items.find((item) => item['name'] === name);
  return definition === undefined
    ? undefined
    : namedItem(pool, shownView(pool, project).tools, name, definition as JsonObject);
}

/** As the clients see it whose lists people are shown. */
function shownView(pool: ServerPool, project: Project): ProjectView {
  return project.view(pool.shownProfile);
}

/** Instants for people, from the list's own monotonic ones. */
function listState(list: CachedList, clock: Clock): ListState {
  const { fetchedMs, freshUntilMs, failure } = list;
  const instant = (ms: number): number => Math.round(clock.now() + ms - clock.monotonicMs());
  return {
    ...(fetchedMs === undefined ? {} : { fetchedAt: instant(fetchedMs) }),
    ...(freshUntilMs === 0 ? {} : { freshUntil: instant(freshUntilMs) }),
    ...(failure === undefined ? {} : { failure }),
  };
}

function listOf(pool: ServerPool, project: Project, kind: ListKind, clock: Clock): CatalogList {
  const view = shownView(pool, project);
  const list = view.lists(pool)[kind];
  const { items, isKnown } = list;
  const key = KEY_OF[kind];
  const mended = new Map(list.oddities.flatMap(({ name, problem, isLeftOut }) => (isLeftOut ? [] : [[name, problem]])));
  const found: CatalogItem[] = [];
  for (const item of items) {
    const name = item[key];
    if (typeof name !== 'string') continue;
    const definition = item as JsonObject;
    const one =
      kind === 'tools' || kind === 'prompts'
        ? namedItem(pool, view[kind], name, definition)
        : { name, exposed: view.exposeUri(pool.name, name), definition };
    found.push(withProblem(one, mended.get(cutName(name))));
  }
  for (const { name, problem, isLeftOut, given } of list.oddities) {
    if (isLeftOut) found.push({ name, problem: `left out: ${problem}`, definition: (given ?? {}) as JsonObject });
  }
  return { ...listState(list, clock), isKnown, items: found };
}

function withProblem(item: CatalogItem, mended: string | undefined): CatalogItem {
  if (mended === undefined) return item;
  return { ...item, problem: [item.problem, `mended: ${mended}`].filter((part) => part !== undefined).join('; ') };
}

function namedItem(pool: ServerPool, table: NameTable, name: string, definition: JsonObject): CatalogItem {
  const exposed = namesIn(table).get(keyOf(pool.name, name));
  if (exposed === undefined) return { name, definition, problem: 'another one of this name is in its place' };
  const conflict = table.conflicts.find((candidate) => candidate.name === exposed);
  const others = conflict?.servers.filter((server) => server !== pool.name) ?? [];
  const problems = [
    ...(others.length === 0 ? [] : [`hides the one of ${others.join(', ')}`]),
    ...nameProblems(pool, exposed, table.altered.get(exposed)),
  ];
  return { name, exposed, definition, ...(problems.length === 0 ? {} : { problem: problems.join('; ') }) };
}

/** What clients such as Claude Code put in front of the tools of a server that is called mcptui in their settings. */
const USUAL_PREFIX = 'mcp__mcptui__';

function nameProblems(pool: ServerPool, exposed: string, how: 'cut' | 'alike' | undefined): readonly string[] {
  const naming = pool.routed?.naming ?? DEFAULT_NAMING;
  const { limit, clientPrefix } = naming;
  if (how === 'alike') return ['ends in a hash: another one of this server has a name that is written alike'];
  if (how === 'cut') {
    const less = clientPrefix === undefined || clientPrefix === '' ? '' : ` (${limit} less ${clientPrefix})`;
    return [`cut to ${roomFor(naming)} characters${less}`];
  }
  const whole = USUAL_PREFIX.length + exposed.length;
  if (clientPrefix !== undefined || pool.routed?.prefix === '' || whole <= limit) return [];
  return [`${whole} characters with ${USUAL_PREFIX} in front: edit project --client-prefix`];
}

const keyOf = (server: string, name: string): string => `${server}\n${name}`;

const named = new WeakMap<NameTable, ReadonlyMap<string, string>>();

/** The routes the other way round. */
function namesIn(table: NameTable): ReadonlyMap<string, string> {
  let found = named.get(table);
  if (found === undefined) {
    found = new Map([...table.routes].map(([exposed, { server, name }]) => [keyOf(server, name), exposed]));
    named.set(table, found);
  }
  return found;
}
