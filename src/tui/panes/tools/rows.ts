/** Lists tools: rows are made of the servers' catalogues once, filtered and sorted once per change. */
import type { ServerCatalog } from '../../../engine/index.ts';
import { tokensOf } from '../../../kernel/tokens.ts';
import { clean } from '../../../text/clean.ts';
import { anything } from '../../state/filter.ts';
import { byNaturalOrder } from '../../kit/natural-order.ts';
import { lastOf } from '../../state/memo.ts';
import { descriptionOf, effectOf, titleOf, type ToolEffect } from '../../../text/tool-words.ts';
import type { ToolRow } from '../../state/panes/tools.ts';
import { sliceSource, type SliceSpec } from '../../kit/list-source.ts';

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

const byName = (a: ToolRow, b: ToolRow): number => byNaturalOrder(a.server, b.server) || byNaturalOrder(a.name, b.name);

export const toolOrders: SliceSpec<'tools', ToolRow>['orders'] = [
  { by: 'TOOL', said: 'server and name', compare: byName },
  { by: '≈TOK', said: '≈ tokens, most first', compare: (a, b) => b.tokens - a.tokens || byName(a, b) },
];

export const toolList = sliceSource<'tools', ToolRow>({
  slice: 'tools',
  all: ({ tools }) => tools.rows,
  projectOf: ({ project }) => project,
  filterFields: {
    server: anything,
    effect: ['reads', 'writes', 'destroys', '-'] satisfies readonly ToolEffect[],
    project: anything,
  },
  filterable(row) {
    const { server, project, effect, name, exposed = '', problem = '' } = row;
    const words = [server, name, exposed, problem, titleOf(row) ?? '', descriptionOf(row)].join(' ');
    return { text: clean(words).toLowerCase(), fields: { server, project, effect } };
  },
  orders: toolOrders,
});

export const tokensOfAll: (rows: readonly ToolRow[]) => number = lastOf((rows: readonly ToolRow[]) =>
  rows.reduce((sum, { tokens }) => sum + tokens, 0),
);

/** Number and ≈ tokens of each server. */
export const totals: (
  rows: readonly ToolRow[],
) => ReadonlyMap<string, { readonly tools: number; readonly tokens: number }> = lastOf((rows: readonly ToolRow[]) => {
  const byServer = new Map<string, { tools: number; tokens: number }>();
  for (const { server, tokens } of rows) {
    const found = byServer.get(server) ?? { tools: 0, tokens: 0 };
    byServer.set(server, { tools: found.tools + 1, tokens: found.tokens + tokens });
  }
  return byServer;
});
