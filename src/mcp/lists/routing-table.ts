/** Merges the tools or prompts of several servers into one list, and routes their names. Pure. */
import type { WireMap } from '../wire/message.ts';
import { hashedName, MAX_NAME_LENGTH, qualifyName } from './qualified-name.ts';

/** One server's part, in the project's order. */
export interface ServerItems {
  readonly server: string;
  readonly prefix: string;
  readonly items: readonly WireMap[];
  /** What agents should know of the server, put in front of each description; "" or absent = nothing. */
  readonly context?: string;
  /** Of a name, for agents. Default 64. */
  readonly maxNameChars?: number;
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
  /** Who claims it, the one that keeps it first. */
  readonly servers: readonly string[];
}

export interface NameTable {
  /** By the name that agents use. Calls are routed by this alone, never by splitting a name. */
  readonly routes: ReadonlyMap<string, NameRoute>;
  /** The merged list under the agents' names. */
  readonly items: readonly WireMap[];
  readonly conflicts: readonly NameConflict[];
  /** Agents' names that end in a hash: of what was cut, and of what would be taken for another one of its server. */
  readonly altered: ReadonlyMap<string, 'cut' | 'alike'>;
}

/** Tools or prompts. The first server that claims a name keeps it; items without a name are left out. */
export function buildNameTable(parts: readonly ServerItems[]): NameTable {
  const routes = new Map<string, NameRoute>();
  const items: WireMap[] = [];
  const conflicts = new Map<string, string[]>();
  const altered = new Map<string, 'cut' | 'alike'>();
  for (const part of parts) {
    const { server, context = '' } = part;
    for (const { exposed, name, item, how } of namesOf(part)) {
      const first = routes.get(exposed);
      if (first !== undefined) {
        const servers = conflicts.get(exposed) ?? [first.server];
        conflicts.set(exposed, servers.includes(server) ? servers : [...servers, server]);
        continue;
      }
      if (how !== undefined) altered.set(exposed, how);
      routes.set(exposed, { server, name, item });
      const isAsItIs = exposed === name && context === '';
      items.push(isAsItIs ? item : { ...item, name: exposed, ...described(server, context, item) });
    }
  }
  return { routes, items, conflicts: [...conflicts].map(([name, servers]) => ({ name, servers })), altered };
}

interface Named {
  readonly exposed: string;
  readonly name: string;
  readonly item: WireMap;
  readonly how?: 'cut' | 'alike';
}

/** Gives each tool of one server its own name: `a:b` and `a b` would both be `a_b`, so the second gets a hash. */
function namesOf({ prefix, items, maxNameChars = MAX_NAME_LENGTH }: ServerItems): readonly Named[] {
  const found: Named[] = [];
  const owners = new Map<string, string>();
  for (const item of items) {
    const name = item['name'];
    if (typeof name !== 'string') continue;
    const { name: exposed, isCut } = qualifyName(prefix, name, maxNameChars);
    found.push({ exposed, name, item, ...(isCut ? { how: 'cut' } : {}) });
    const owner = owners.get(exposed);
    // The tool whose own name is spelled like this keeps it, wherever it stands in the list.
    if (owner === undefined || (exposed.endsWith(name) && !exposed.endsWith(owner))) owners.set(exposed, name);
  }
  if (owners.size === found.length) return found;
  const seen = new Set<string>();
  return found.flatMap((one) => {
    if (seen.has(one.name)) return [];
    seen.add(one.name);
    if (prefix === '' || owners.get(one.exposed) === one.name) return [one];
    return [{ ...one, exposed: hashedName(prefix, one.name, maxNameChars), how: 'alike' as const }];
  });
}

function described(server: string, context: string, item: WireMap): WireMap {
  if (context === '') return {};
  const own = item['description'];
  return { description: `[${server}: ${context}]${typeof own === 'string' && own !== '' ? ` ${own}` : ''}` };
}
