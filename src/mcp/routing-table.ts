/** Lists of several servers to one list and the routes behind it. Pure. */
import type { WireMap } from './message.ts';
import { qualifyName } from './qualified-name.ts';

/** One server's part, in the project's order. */
export interface ServerItems {
  readonly server: string;
  readonly prefix: string;
  readonly items: readonly WireMap[];
  /** What agents should know of the server, put in front of each description; "" or absent = nothing. */
  readonly context?: string;
}

export interface NameRoute {
  readonly server: string;
  /** The upstream's own name. */
  readonly name: string;
  /** As the upstream lists it. */
  readonly item: WireMap;
}

export interface NameConflict {
  readonly name: string;
  readonly servers: readonly string[];
}

export interface NameTable {
  /** By the name that agents use. Calls are routed by this alone, never by splitting a name. */
  readonly routes: ReadonlyMap<string, NameRoute>;
  /** The merged list under the agents' names. */
  readonly items: readonly WireMap[];
  readonly conflicts: readonly NameConflict[];
}

/** Tools or prompts. The first server that claims a name keeps it; items without a name are left out. */
export function buildNameTable(parts: readonly ServerItems[]): NameTable {
  const routes = new Map<string, NameRoute>();
  const items: WireMap[] = [];
  const conflicts = new Map<string, string[]>();
  for (const { server, prefix, items: own, context = '' } of parts) {
    for (const item of own) {
      const name = item['name'];
      if (typeof name !== 'string') continue;
      const qualified = qualifyName(prefix, name);
      const first = routes.get(qualified.name);
      if (first !== undefined) {
        const servers = conflicts.get(qualified.name) ?? [first.server];
        conflicts.set(
          qualified.name,
          conflicts.has(qualified.name) && servers.includes(server) ? servers : [...servers, server],
        );
        continue;
      }
      if (qualified.isCut) conflicts.set(qualified.name, [server]);
      routes.set(qualified.name, { server, name, item });
      const isAsItIs = qualified.name === name && context === '';
      items.push(isAsItIs ? item : { ...item, name: qualified.name, ...described(server, context, item) });
    }
  }
  return { routes, items, conflicts: [...conflicts].map(([name, servers]) => ({ name, servers })) };
}

function described(server: string, context: string, item: WireMap): WireMap {
  if (context === '') return {};
  const own = item['description'];
  return { description: `[${server}: ${context}]${typeof own === 'string' && own !== '' ? ` ${own}` : ''}` };
}
