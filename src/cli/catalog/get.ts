/** Lists `get tools|resources|prompts --server`: the servers' own definitions, asked of the running engine. */
import type { CatalogQuery, Engine, EngineView } from '../../engine/index.ts';
import { tokensOf } from '../../kernel/tokens.ts';
import type { Column, Listing } from '../output.ts';
import {
  catalogPromptColumns,
  resourceColumns,
  rowsOf,
  toolColumns,
  withProblems,
  type CatalogRow,
} from './columns.ts';

export type CatalogKind = 'tools' | 'resources' | 'prompts';

export interface CatalogFlags {
  readonly project?: string;
  /** `all`: of every server. */
  readonly server?: string;
}

const columnsOf: Readonly<Record<CatalogKind, readonly Column<CatalogRow>[]>> = {
  tools: toolColumns,
  resources: resourceColumns,
  prompts: catalogPromptColumns,
};

/** Asks once while the engine's upstreams stay as they are. @throws McptuiError `not-found` for a server */
export function catalogListing(
  kind: CatalogKind,
  { project, server }: CatalogFlags,
): (engine: Engine) => Promise<Listing<CatalogRow>> {
  const query: CatalogQuery = {
    ...(project === undefined ? {} : { project }),
    ...(server === undefined || server === 'all' ? {} : { server }),
  };
  let last: { readonly of: EngineView['upstreams']; readonly listing: Promise<Listing<CatalogRow>> } | undefined;
  return (engine) => {
    const { upstreams } = engine.view();
    if (last?.of !== upstreams) last = { of: upstreams, listing: ask(engine, kind, query) };
    return last.listing;
  };
}

async function ask(engine: Engine, kind: CatalogKind, query: CatalogQuery): Promise<Listing<CatalogRow>> {
  const catalogs = await engine.commands.catalog(query);
  const rows = rowsOf(catalogs, kind === 'resources' ? ['resources', 'templates'] : [kind]);
  const counted =
    kind === 'tools' ? rows.map((row) => ({ ...row, tokens: tokensOf(JSON.stringify(row.definition)) })) : rows;
  return {
    rows: counted,
    columns: withProblems(columnsOf[kind], rows),
    name: (row) => `${row.kind}/${row.server}/${row.name}`,
  };
}
