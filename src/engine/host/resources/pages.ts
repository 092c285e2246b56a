/** Cuts lists into pages whose order nothing changes that is made or deleted meanwhile: by time of making, then by id. */
import * as z from 'zod';
import { plain, type ListRoute, type Row } from '../../commands/routes/route.ts';
import { RequestError } from './problem.ts';

const LIMIT = 100;
const MAX_LIMIT = 1_000;
const text = z.string();

/** `?watch` and `?watch=true` are the same. */
export const watchFlag = z.enum(['', 'true']).optional();

/** Parameters of a list's query. */
export function listQuery({ filters, query, view, changesWith }: ListRoute): z.ZodObject {
  const fields = Object.fromEntries(filters.map((name) => [name, text.optional()]));
  return z.strictObject({
    ...fields,
    ...query?.shape,
    limit: z.coerce.number<string>().int().min(1).max(MAX_LIMIT).optional(),
    cursor: text.max(1_024).optional(),
    ...(view === undefined && changesWith === undefined ? {} : { watch: watchFlag }),
  });
}

export interface Page {
  readonly items: readonly object[];
  /** Absent on the last page. */
  readonly next?: string;
}

/** How a row is called in a path. */
export function rowName(row: object): string {
  const { id, name } = row as Row;
  return plain(id ?? name);
}

/** Whether a row is of the list that the query asks for. */
export function passes({ filters }: ListRoute, query: Row, row: object): boolean {
  return filters.every((name) => {
    const wanted = query[name];
    if (wanted === undefined) return true;
    const value = (row as Row)[name];
    return Array.isArray(value) ? value.some((one) => plain(one) === wanted) : plain(value) === wanted;
  });
}

/** @throws RequestError `malformed` for a cursor that is none */
export function pageOf(rows: readonly object[], { limit = LIMIT, cursor }: { limit?: number; cursor?: string }): Page {
  const after = cursor === undefined ? '' : readCursor(cursor);
  const keyed = rows.map((row) => [placeOf(row), row] as const).filter(([place]) => place > after);
  const ordered = keyed.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const shown = ordered.slice(0, limit);
  const last = shown.at(-1)?.[0];
  const items = shown.map(([, row]) => row);
  return ordered.length <= limit || last === undefined ? { items } : { items, next: writtenCursor(last) };
}

/** Sorts as text does. */
function placeOf(row: object): string {
  const { createdAt, since, firstAt, at } = row as Row;
  const time = [createdAt, since, firstAt, at].find((one) => typeof one === 'number');
  return `${String(time ?? 0).padStart(16, '0')} ${rowName(row)}`;
}

function writtenCursor(place: string): string {
  return Buffer.from(place, 'utf8').toString('base64url');
}

function readCursor(cursor: string): string {
  const place = Buffer.from(cursor, 'base64url').toString('utf8');
  if (/^\d{16} /.test(place) && writtenCursor(place) === cursor) return place;
  throw new RequestError('malformed', 'this cursor is none', { hint: 'give `next` of the page before, as it is' });
}
