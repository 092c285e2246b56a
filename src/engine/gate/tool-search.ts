/** Finds tools that fit a task among those of a session; what is searched is kept for as long as they are the same. Pure. */
import type { JsonObject } from '../../kernel/json.ts';
import type { OfferedTool } from '../../mcp/types/catalog.ts';
import { searchableTool, searchTools } from '../selection/tool-search.ts';
import type { Asked, Found, SearchableTool } from '../selection/types.ts';

/** Tools that a selection lists. */
const MAX_FOUND = 40;

const searchables = new WeakMap<readonly OfferedTool[], readonly SearchableTool[]>();

/** Names, best first. */
export function toolsFor(asked: Asked, tools: readonly OfferedTool[]): readonly string[] {
  const { tags, servers = [], actions = [], words = '' } = asked;
  const query = [...tags, ...servers, ...actions, words].join(' ');
  const found = searchTools(searchable(tools), query, tools.length);
  return telling(found, tools.length)
    .slice(0, MAX_FOUND)
    .map(({ item }) => item.name);
}

export function findTools(query: string, tools: readonly OfferedTool[], limit: number): readonly OfferedTool[] {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  return searchTools(searchable(tools), query, limit).flatMap(({ item }) => byName.get(item.name) ?? []);
}

/**
 * Those that have a term which not half of all tools have: the name of a project's one server is in every tool's name and
 * tells none apart. All of them where no term does.
 */
function telling(found: readonly Found<SearchableTool>[], all: number): readonly Found<SearchableTool>[] {
  const counts = new Map<string, number>();
  for (const { terms } of found) for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  const isTelling = (term: string): boolean => (counts.get(term) ?? 0) * 2 <= all;
  const kept = found.filter(({ terms }) => terms.some(isTelling));
  return kept.length === 0 ? found : kept;
}

/** Under the agents' names, which tell the server too. */
function searchable(tools: readonly OfferedTool[]): readonly SearchableTool[] {
  let list = searchables.get(tools);
  if (list === undefined) {
    list = tools.flatMap(({ name, item }) => {
      const one = searchableTool({ ...(item as JsonObject), name });
      return one === undefined ? [] : [one];
    });
    searchables.set(tools, list);
  }
  return list;
}
