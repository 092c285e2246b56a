/** Finds tools that fit a task among those of a session; what is searched is kept for as long as they are the same. Pure. */
import type { JsonObject } from '../../kernel/json.ts';
import type { OfferedTool } from '../../mcp/types/catalog.ts';
import { searchableTool, searchTools } from '../selection/tool-search.ts';
import type { Asked, SearchableTool } from '../selection/types.ts';

/** Tools that a selection lists. */
const MAX_FOUND = 40;

const searchables = new WeakMap<readonly OfferedTool[], readonly SearchableTool[]>();

/** Names, best first. */
export function toolsFor(asked: Asked, tools: readonly OfferedTool[]): readonly string[] {
  const { tags, servers = [], actions = [], words = '' } = asked;
  const query = [...tags, ...servers, ...actions, words].join(' ');
  return findTools(query, tools, MAX_FOUND).map(({ name }) => name);
}

export function findTools(query: string, tools: readonly OfferedTool[], limit: number): readonly OfferedTool[] {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  return searchTools(searchable(tools), query, limit).flatMap(({ item }) => byName.get(item.name) ?? []);
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
