/** Columns of tools, prompts and resources of servers, and of the upstreams themselves. */
import type { Clock } from '../../kernel/clock.ts';
import type { CatalogItem, ServerCatalog, UpstreamView } from '../../engine/index.ts';
import { effectOf } from '../../text/tool-words.ts';
import { cacheWords, latencyWords, upstreamReason, upstreamState } from '../../text/upstream-words.ts';
import type { Column } from '../output.ts';

/** One item of a server's list, with where it is from. */
export interface CatalogRow extends CatalogItem {
  readonly kind: 'tool' | 'prompt' | 'resource' | 'template';
  readonly server: string;
  readonly project: string;
  /** ≈ what its definition takes of a model's context. */
  readonly tokens?: number;
}

const kinds = { tools: 'tool', prompts: 'prompt', resources: 'resource', templates: 'template' } as const;

export function rowsOf(
  catalogs: readonly ServerCatalog[],
  lists: readonly (keyof typeof kinds)[],
): readonly CatalogRow[] {
  return catalogs.flatMap(({ server, project, lists: all }) =>
    lists.flatMap((list) => all[list].items.map((item) => ({ kind: kinds[list], server, project, ...item }))),
  );
}

const text = (row: CatalogRow, key: string): string => {
  const value = row.definition[key];
  return typeof value === 'string' ? value : '';
};

const about: Column<CatalogRow> = {
  title: 'DESCRIPTION',
  value: (row) => (text(row, 'description') || text(row, 'title')).trim().split('\n')[0] ?? '',
};
const problem: Column<CatalogRow> = { title: 'PROBLEM', value: ({ problem: told }) => told ?? '-', wide: true };
const server: Column<CatalogRow> = { title: 'SERVER', value: (row) => row.server };
const exposed: Column<CatalogRow> = { title: 'FOR AGENTS', value: (row) => row.exposed ?? '(hidden)' };

/** What agents do not get as it is stands in the plain table too. */
export function withProblems(
  columns: readonly Column<CatalogRow>[],
  rows: readonly CatalogRow[],
): readonly Column<CatalogRow>[] {
  if (rows.every((row) => row.problem === undefined)) return columns;
  return columns.map((column) => (column === problem ? { ...problem, wide: false } : column));
}

export const toolColumns: readonly Column<CatalogRow>[] = [
  server,
  { title: 'TOOL', value: (row) => row.name },
  exposed,
  { title: '≈TOK', value: (row) => String(row.tokens ?? '-') },
  { title: 'EFFECT', value: effectOf },
  { title: 'PROJECT', value: (row) => row.project, wide: true },
  problem,
  about,
];

export const catalogPromptColumns: readonly Column<CatalogRow>[] = [
  server,
  { title: 'PROMPT', value: (row) => row.name },
  exposed,
  { title: 'ARGUMENTS', value: argumentsText },
  { title: 'PROJECT', value: (row) => row.project, wide: true },
  problem,
  about,
];

/** `topic,depth?` */
function argumentsText({ definition }: CatalogRow): string {
  const given = definition['arguments'];
  if (!Array.isArray(given)) return '-';
  const names = given.flatMap((argument: unknown) => {
    const { name, required } = (argument ?? {}) as { readonly name?: unknown; readonly required?: unknown };
    return typeof name === 'string' ? [required === true ? name : `${name}?`] : [];
  });
  return names.join(',') || '-';
}

export const resourceColumns: readonly Column<CatalogRow>[] = [
  server,
  { title: 'KIND', value: (row) => row.kind },
  { title: 'URI', value: (row) => row.exposed ?? (row.problem === undefined ? row.name : `(hidden) ${row.name}`) },
  { title: 'NAME', value: (row) => text(row, 'name') || '-' },
  { title: 'TYPE', value: (row) => text(row, 'mimeType') || '-' },
  { title: 'PROJECT', value: (row) => row.project, wide: true },
  problem,
  about,
];

export function upstreamColumns(clock: Clock): readonly Column<UpstreamView>[] {
  return [
    { title: 'UPSTREAM', value: (row) => row.server },
    { title: 'PROJECT', value: (row) => row.project },
    { title: 'STATE', value: upstreamState },
    { title: 'ISOLATION', value: (row) => row.isolation, wide: true },
    { title: 'INST', value: (row) => String(row.instances) },
    { title: 'TOOLS', value: (row) => String(row.tools ?? '-') },
    { title: 'CACHE', value: (row) => cacheWords(row, clock.now()), ticks: true },
    { title: 'CALLS', value: (row) => String(row.calls) },
    { title: 'P50', value: (row) => latencyWords(row.p50Ms), by: (row) => row.p50Ms ?? -1 },
    { title: 'P95', value: (row) => latencyWords(row.p95Ms), by: (row) => row.p95Ms ?? -1 },
    { title: 'ERR/5M', value: (row) => String(row.errors5m) },
    { title: 'REASON', value: upstreamReason },
  ];
}
