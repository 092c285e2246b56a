/** Finds tools by words of their names, titles, descriptions and parameters, so that an agent need not list them all. Pure. */
import type { Json, JsonObject } from '../../kernel/json.ts';
import type { Found, SearchableTool } from './types.ts';
import { WordSearch, type SearchField } from './word-search.ts';

/** Characters of a description that are searched. */
const MAX_DESCRIPTION = 4_096;
const MAX_PARAMETERS = 128;
/** Levels of a tool's schema whose members' names are searched. */
const MAX_DEPTH = 4;

const fields: Readonly<Record<string, SearchField<SearchableTool>>> = {
  name: { boost: 3, text: ({ name }) => name },
  title: { boost: 2, text: ({ title = '' }) => title },
  description: { boost: 1, text: ({ description = '' }) => description.slice(0, MAX_DESCRIPTION) },
  parameters: { boost: 1, text: ({ parameters = [] }) => parameters.slice(0, MAX_PARAMETERS).join(' ') },
};

const indexes = new WeakMap<readonly SearchableTool[], WordSearch<SearchableTool>>();

/** Best first, at most `limit`. The index is made once for each list, so pass the same array until the tools change. */
export function searchTools<T extends SearchableTool>(
  tools: readonly T[],
  query: string,
  limit: number,
): readonly Found<T>[] {
  let index = indexes.get(tools);
  if (index === undefined) indexes.set(tools, (index = new WordSearch<SearchableTool>(tools, fields)));
  return index.search(query, limit) as readonly Found<T>[];
}

/** What is searched of a tool's definition as its server sends it; undefined of one without a name. */
export function searchableTool(definition: JsonObject): SearchableTool | undefined {
  const { name, title, description, inputSchema } = definition;
  if (typeof name !== 'string') return undefined;
  const parameters: string[] = [];
  addParameters(parameters, inputSchema, 0);
  return {
    name,
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    parameters,
  };
}

function addParameters(names: string[], schema: Json | undefined, depth: number): void {
  if (depth >= MAX_DEPTH || !isObject(schema)) return;
  const { properties, items } = schema;
  addParameters(names, items, depth + 1);
  if (!isObject(properties)) return;
  for (const [name, member] of Object.entries(properties)) {
    if (names.length >= MAX_PARAMETERS) return;
    names.push(name);
    addParameters(names, member, depth + 1);
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
