/** Answers requests for resources: finds the route, judges what was sent, and calls its command in the caller's name. */
import type { Bugs } from '../../../kernel/bugs.ts';
import { McptuiError } from '../../../kernel/errors.ts';
import { cutName } from '../../../kernel/foreign.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import { checkedUrl } from '../../../kernel/url.ts';
import { commandArguments } from '../../commands/arguments.ts';
import { entryOf } from '../../commands/table/index.ts';
import { routes } from '../../commands/routes/index.ts';
import { without, type CallRoute, type Given, type ListRoute, type Row } from '../../commands/routes/route.ts';
import type { Served } from '../../rights/served.ts';
import { DROPPED } from '../../servers/dropped.ts';
import { RESOURCES_PATH } from '../protocol.ts';
import { bodySchema, checkedQuery, judged, NOTHING, readJson } from './checked.ts';
import { quoted, stateOf, wantedStates } from './etag.ts';
import { lookUp, operationsOf, stateRoute, type FoundRoute } from './match.ts';
import { mergePatch } from './merge-patch.ts';
import { openApi } from './openapi.ts';
import { listQuery, pageOf, passes, rowName } from './pages.ts';
import { problemDocument, problemOf, PROBLEM_TYPE, RequestError } from './problem.ts';
import { onSeenState } from './seen-state.ts';
import { watched, watchedCall } from './watch.ts';

const JSON_TYPE = 'application/json';
const LINES_TYPE = 'application/x-ndjson';
const operations = operationsOf(routes);

type HeaderFields = Readonly<Record<string, string>>;

/** A request under way. */
interface Asked {
  readonly request: Request;
  readonly url: URL;
  readonly served: Served;
}

export async function answerResource(request: Request, served: Served, bugs: Bugs): Promise<Response> {
  try {
    const asked = { request, url: checkedUrl(request.url), served };
    return fixedAnswer(asked) ?? (await answerTo(asked));
  } catch (error) {
    if (error instanceof MethodError) return refused(error, { allow: error.allowed.join(', ') });
    const hasBody = methodOf(request) !== 'GET' && request.method !== 'DELETE';
    const problem = problemOf(error, hasBody);
    if (problem.code === 'bug') bugs.report(`${request.method} on a resource`, error);
    return json(problem, problem.status, { 'content-type': PROBLEM_TYPE });
  }
}

class MethodError extends RequestError {
  readonly allowed: readonly string[];

  constructor(method: string, path: string, allowed: readonly string[]) {
    super('no-method', `${cutName(path)} has no ${cutName(method)}`, { hint: `it has ${allowed.join(', ')}` });
    this.allowed = allowed;
  }
}

/** What is no resource: the description of the RESOURCES_PATH, and what its problems mean. */
function fixedAnswer({ request, url, served }: Asked): Response | undefined {
  const [, code] = /^\/api\/v1\/problems\/([a-z-]{1,32})$/.exec(url.pathname) ?? [];
  const isDescription = url.pathname === `${RESOURCES_PATH}/openapi.json`;
  if (code === undefined && !isDescription) return undefined;
  const document = code === undefined ? undefined : problemDocument(code);
  if (code !== undefined && document === undefined) return undefined;
  if (methodOf(request) !== 'GET') throw new MethodError(request.method, url.pathname, ['GET']);
  if (document !== undefined) return json(document, 200);
  return new Response(openApi(operations, served.view().info.version), { headers: { 'content-type': JSON_TYPE } });
}

/** HEAD is GET, whose body is left out later. */
function methodOf({ method }: Request): string {
  return method === 'HEAD' ? 'GET' : method;
}

async function answerTo(asked: Asked): Promise<Response> {
  const { request, url } = asked;
  const looked = lookUp(operations, methodOf(request), segmentsOf(url));
  if (looked.kind === 'none') {
    throw new McptuiError('not-found', `no ${cutName(url.pathname)}`, {
      hint: `GET ${RESOURCES_PATH}/openapi.json lists all paths`,
    });
  }
  if (looked.kind === 'method') throw new MethodError(request.method, url.pathname, looked.allowed);
  const { found } = looked;
  refuseUnwanted(request, url.searchParams.has('watch'));
  const { route } = found;
  if (route.kind === 'list')
    return found.as === 'list' ? listed(route, asked) : json(...(await one(route, found.path, asked.served)));
  return called(route, found, asked);
}

async function listed(route: ListRoute, { url, served }: Asked): Promise<Response> {
  const query = checkedQuery(listQuery(route), url.searchParams);
  if (query['watch'] !== undefined) {
    const stream = watched(route, query, served);
    return new Response(stream, { headers: { 'content-type': LINES_TYPE, 'cache-control': 'no-store' } });
  }
  const rows = [...(await route.rows({ path: {}, query, body: {}, match: undefined }, served))];
  const { items, ...next } = pageOf(
    rows.filter((row) => passes(route, query, row)),
    query,
  );
  return json({ items: items.map((row) => shownRow(route, row)), ...next }, 200);
}

/** One row of a list, by its id or name. */
async function one(route: ListRoute, path: Given['path'], served: Served): Promise<[object, number, HeaderFields]> {
  const wanted = path['id'] ?? '';
  const rows = [...(await route.rows({ path, query: {}, body: {}, match: undefined }, served))];
  const found = rows.find((row) => rowName(row) === wanted) ?? rows.find((row) => (row as Row)['name'] === wanted);
  if (found === undefined) {
    throw new McptuiError('not-found', `no ${cutName(wanted)} in ${route.path}`, {
      hint: `GET ${RESOURCES_PATH}${route.path}`,
    });
  }
  const shown = shownRow(route, found);
  return [shown, 200, { etag: quoted(stateOf(shown)) }];
}

function shownRow({ item }: ListRoute, row: object): object {
  return item === undefined ? row : item(row as never);
}

async function called(route: CallRoute, { as, path }: FoundRoute, asked: Asked): Promise<Response> {
  const { request, url, served } = asked;
  const query = checkedQuery(route.query ?? NOTHING, url.searchParams);
  const sent = methodOf(request) === 'GET' ? {} : await readJson(request);
  const wanted = methodOf(request) === 'GET' ? undefined : wantedStates(request.headers.get('if-match'));
  if (route.watch !== undefined && query['watch'] !== undefined) {
    const stream = watchedCall(route, { path, query: without(query, ['watch']), body: {}, match: undefined }, served);
    return new Response(stream, { headers: { 'content-type': LINES_TYPE, 'cache-control': 'no-store' } });
  }
  const change = async (): Promise<Response> => {
    const match = await matched(route, path, wanted, served);
    const given: Given = { path, query: without(query, ['watch']), body: sent, match };
    const ready = as === 'merge' ? await merged(route, given, served) : given;
    judged('invalid', bodySchema(route), ready.body, 'the body');
    return answered(route, ready, await ran(route, ready, served));
  };
  try {
    return await (wanted === undefined ? change() : onSeenState(served, route.of ?? route.path, change));
  } catch (error) {
    // What was compared before has changed since.
    if (wanted !== undefined && error instanceof McptuiError && error.code === 'conflict') {
      await matched(route, path, wanted, served);
    }
    throw error;
  }
}

async function ran(route: CallRoute, given: Given, served: Served): Promise<unknown> {
  const { signature, ...body } = given.body;
  const args = [...(await route.args({ ...given, body }, served))];
  if (signature !== undefined) {
    args[entryOf(route.command).args.findIndex(([name]: readonly [string, unknown]) => name === 'signature')] =
      signature;
  }
  const checked = commandArguments(route.command, Array.from(args));
  const run = served.commands[route.command] as (...of: readonly unknown[]) => Promise<unknown>;
  return run(...checked);
}

function answered(route: CallRoute, given: Given, result: unknown): Response {
  const { success, answer, etag, location, method } = route;
  const state = etag?.(result as never) ?? (method === 'GET' ? stateOf(result) : undefined);
  const headers = {
    ...(state === undefined ? {} : { etag: quoted(state) }),
    ...(location === undefined ? {} : { location: `${RESOURCES_PATH}${location(result as never, given)}` }),
  };
  if (success === 204) return new Response(null, { status: 204, headers });
  const shown = answer === undefined ? (result ?? null) : answer(result as never, given);
  return json('proxyMode' in given.body ? { ...(shown as object), notes: [DROPPED] } : shown, success, headers);
}

/** What comes of a merge patch, and what it was made on. */
async function merged(route: CallRoute, given: Given, served: Served): Promise<Given> {
  const { document, match } = (await route.merge?.(given, served)) ?? { document: {} };
  const body = mergePatch(document, given.body) as JsonObject;
  return { ...given, body, match: given.match ?? match };
}

/** The state that the resource is in and that is wanted. @throws RequestError `stale` */
async function matched(
  { of, path: own }: CallRoute,
  path: Given['path'],
  wanted: ReturnType<typeof wantedStates>,
  served: Served,
): Promise<string | undefined> {
  if (wanted === undefined) return undefined;
  const now = await currentState(of ?? own, path, served);
  if (now !== undefined && (wanted === '*' || wanted.includes(now))) return wanted === '*' ? undefined : now;
  throw new RequestError(
    'stale',
    now === undefined ? 'there is nothing here whose state could match' : `it is at "${now}" now`,
    {
      hint: 'GET it again, and send its ETag',
    },
  );
}

async function currentState(where: string, path: Given['path'], served: Served): Promise<string | undefined> {
  const reading = stateRoute(operations, where);
  if (reading === undefined) return undefined;
  const { route } = reading;
  const given: Given = { path, query: {}, body: {}, match: undefined };
  if (route.kind === 'list') {
    const [shown] = await one(route, path, served);
    return stateOf(shown);
  }
  const result = await ran(route, given, served);
  return route.etag?.(result as never) ?? stateOf(result);
}

/** @throws RequestError `not-acceptable` */
function refuseUnwanted(request: Request, isWatch: boolean): void {
  const accept = request.headers.get('accept');
  if (accept === null || accept.trim() === '') return;
  const types = accept.split(',').map((one) => (one.split(';')[0] ?? '').trim().toLowerCase());
  const ours = ['*/*', 'application/*', JSON_TYPE, PROBLEM_TYPE, ...(isWatch ? [LINES_TYPE] : [])];
  if (types.some((type) => ours.includes(type))) return;
  throw new RequestError('not-acceptable', 'this is answered as JSON only', {
    hint: 'send no Accept, or application/json',
  });
}

/** @throws RequestError `malformed` for what is no UTF-8 */
function segmentsOf({ pathname }: URL): readonly string[] {
  try {
    return pathname
      .slice(RESOURCES_PATH.length + 1)
      .split('/')
      .map(decodeURIComponent);
  } catch {
    throw new RequestError('malformed', 'the path holds a % that stands for nothing');
  }
}

function refused(error: RequestError, headers: Readonly<Record<string, string>>): Response {
  const problem = problemOf(error, false);
  return json(problem, problem.status, { 'content-type': PROBLEM_TYPE, ...headers });
}

function json(value: unknown, status: number, headers: HeaderFields = {}): Response {
  return new Response(JSON.stringify(value), { status, headers: { 'content-type': JSON_TYPE, ...headers } });
}
