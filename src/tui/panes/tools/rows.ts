/** Tools as rows: made of the servers' catalogues once, filtered and sorted once per change. */
import type { ServerCatalog } from '../../../engine/index.ts';
import { tokensOf } from '../../../kernel/tokens.ts';
import { clean } from '../../../text/clean.ts';
import { parseFilter, type Filter, type Filterable } from '../../state/filter.ts';
import { selectedOf } from '../../kit/list.ts';
import { lastOf } from '../../state/memo.ts';
import { descriptionOf, effectOf, titleOf } from '../../../text/tool-words.ts';
import type { UiState } from '../../state/ui-store.ts';
import type { ToolsState, ToolRow } from '../../state/panes/tools.ts';

/** Rows that are made without a pause: counting the tokens of one takes up to a tenth of a millisecond. */
const BATCH = 100;

/** Gives the terminal its turn between batches. */
export async function toolRows(catalogs: readonly ServerCatalog[]): Promise<readonly ToolRow[]> {
  const rows: ToolRow[] = [];
  const ids = new Set<string>();
  for (const { server, project, lists } of catalogs) {
    for (const item of lists.tools.items) {
      if (rows.length % BATCH === BATCH - 1) await new Promise((resolve) => setImmediate(resolve));
      const tokens = tokensOf(JSON.stringify(item.definition));
      let id = `${server}/${item.name}`;
      // A server may name two tools alike.
      while (ids.has(id)) id += '′';
      ids.add(id);
      rows.push({ ...item, id, server, project, tokens, effect: effectOf(item) });
    }
  }
  return rows;
}

export const toolFilter: (source: string) => Filter = lastOf((source: string) =>
  parseFilter(source, ['server', 'effect', 'project']),
);

const filterables = new WeakMap<ToolRow, Filterable>();

function filterableOf(row: ToolRow): Filterable {
  let found = filterables.get(row);
  if (found === undefined) {
    const { server, project, effect, name, exposed = '', problem = '' } = row;
    const words = [server, name, exposed, problem, titleOf(row) ?? '', descriptionOf(row)].join(' ');
    found = { text: clean(words).toLowerCase(), fields: { server, project, effect } };
    filterables.set(row, found);
  }
  return found;
}

const none: readonly ToolRow[] = [];
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byName = (a: ToolRow, b: ToolRow): number => compare(a.server, b.server) || compare(a.name, b.name);

const listed = lastOf((rows: readonly ToolRow[], source: string, sort: ToolsState['sort']): readonly ToolRow[] => {
  const filter = toolFilter(source);
  const kept = filter.ok && !filter.empty ? rows.filter((row) => filter.matches(filterableOf(row))) : [...rows];
  return kept.sort(sort === 'NAME' ? byName : (a, b) => b.tokens - a.tokens || byName(a, b));
});

/** By server and name, or what takes most of a context first. */
export function listedTools({ tools }: Pick<UiState, 'tools'>): readonly ToolRow[] {
  return tools.rows === undefined ? none : listed(tools.rows, tools.filter, tools.sort);
}

export function selectedTool(state: Pick<UiState, 'tools'>): ToolRow | undefined {
  return selectedOf(listedTools(state), state.tools);
}

/** Number and ≈ tokens of all tools, and of each server. */
export const totals: (rows: readonly ToolRow[]) => {
  readonly tokens: number;
  readonly byServer: ReadonlyMap<string, { readonly tools: number; readonly tokens: number }>;
} = lastOf((rows: readonly ToolRow[]) => {
  const byServer = new Map<string, { tools: number; tokens: number }>();
  let all = 0;
  for (const { server, tokens } of rows) {
    const found = byServer.get(server) ?? { tools: 0, tokens: 0 };
    byServer.set(server, { tools: found.tools + 1, tokens: found.tokens + tokens });
    all += tokens;
  }
  return { tokens: all, byServer };
});
