/** Describes a route of the REST API: which command a method and a path call, and how a request becomes its arguments. */
import * as z from 'zod';
import type { JsonObject } from '../../../kernel/json.ts';
import type { Served } from '../../rights/served.ts';
import type { ViewKind } from '../../views/view.ts';
import type { ShownName } from './shown.ts';
import type { CommandName } from '../table/index.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A request whose parts the schemas of its route have judged. */
export interface Given {
  /** What stands in the place of `{id}`, decoded. */
  readonly path: Readonly<Record<string, string>>;
  /** With numbers as numbers. */
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: JsonObject;
  /** The state that `If-Match` has named and that is still there. */
  readonly match: string | undefined;
}

/** What a merge patch changes, and the state that it is then in. */
export interface Mergeable {
  readonly document: object;
  readonly match?: string;
}

export interface CallRoute {
  readonly kind: 'call';
  readonly method: Exclude<Method, 'PATCH'>;
  /** Below `/api/v1`: `/prompts/{id}`. */
  readonly path: string;
  readonly command: CommandName;
  /** Instead of what the command says of itself. */
  readonly about?: string;
  /** Of one that answers with nothing 204, of one that makes something 201, else 200. */
  readonly success: 200 | 201 | 204;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
  /** Path of the resource whose state `If-Match` names; default: its own. */
  readonly of?: string;
  readonly args: (given: Given, served: Served) => readonly unknown[] | Promise<readonly unknown[]>;
  readonly answer?: (result: never, given: Given) => unknown;
  /** How its answer is described. */
  readonly shows?: ShownName;
  /** What tells two states of the result apart. */
  readonly etag?: (result: never) => string | undefined;
  /** Path of what was made, below `/api/v1`. */
  readonly location?: (result: never, given: Given) => string;
  /** Of a GET: what is told with `watch`, and then each that comes. */
  readonly watch?: (given: Given, served: Served, put: (items: readonly object[]) => void) => Watching;
  /** Of a PUT: there is a PATCH as well, which merges into this what it is given. */
  readonly merge?: (given: Given, served: Served) => Mergeable | Promise<Mergeable>;
}

/** `begun`: all that there was has been told. */
export interface Watching {
  readonly begun: Promise<void>;
  readonly end: () => void;
}

export type Row = Readonly<Record<string, unknown>>;

/** A list, by pages; and with `one` a resource of it by its id or name. */
export interface ListRoute {
  readonly kind: 'list';
  readonly path: string;
  readonly about: string;
  /** What its reader needs: the command that answers the same, if there is one. */
  readonly command?: CommandName;
  /** Parameters of the query besides those of every list. */
  readonly query?: z.ZodObject;
  /** Fields that a parameter of the same name must equal. */
  readonly filters: readonly string[];
  /** Rows of the view, which can be watched. */
  readonly view?: readonly ViewKind[];
  /** Kinds of events after which its rows may be others: it can be watched, too. */
  readonly changesWith?: readonly string[];
  readonly rows: (given: Given, served: Served) => Iterable<object> | Promise<Iterable<object>>;
  /** How a row is described. */
  readonly shows?: ShownName;
  /** How a row is shown; default: as it is. */
  readonly item?: (row: never) => object;
  /** Path of a row of it: `/agents/{name}`. */
  readonly one?: string;
}

export type Route = CallRoute | ListRoute;

/** A number in a query. */
export const number = z.coerce.number<string>().int().min(0);
export const words = z.string();

/** Rows of some kinds in the view. */
export function viewRows(...view: readonly ViewKind[]): Pick<ListRoute, 'view' | 'rows'> {
  return {
    view,
    rows: (_given, served) => {
      const seen = served.view();
      return view.flatMap((kind): readonly object[] => [...seen[kind].values()]);
    },
  };
}

/** The member of the path by that name. */
export function at({ path }: Given, name = 'id'): string {
  return path[name] ?? '';
}

/** A text, a number or a truth value as a path or a query has it; "" for anything else. */
export function plain(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** Some members of an object, where they are there. */
export function picked(from: object, names: readonly string[]): Row {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
}

/** All members of an object but some. */
export function without(from: object, names: readonly string[]): Row {
  return Object.fromEntries(Object.entries(from).filter(([name]) => !names.includes(name)));
}

/** Of definitions that were written for another system: it is taken, dropped, and named in the answer and in the journal. */
export const oldFields = { proxyMode: z.unknown().optional() };
