/** Answers HTTP requests, on whatever the engine listens: commands as REST, the view as a stream of lines, agents' MCP. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { HttpEndpoint } from '../../mcp/downstream/http/http-endpoint.ts';
import { requestUrl } from '../../kernel/url.ts';
import type { LocalEngine } from '../engine.ts';
import { serve, type Served } from '../rights/served.ts';
import { refuseRequest, type ApiCaller, type ApiUser } from './caller.ts';
import { mcpProject, serveMcp } from './mcp-path.ts';
import { METRICS_TYPE, metricsText } from './metrics.ts';
import { API_PATH, ALIVE_PATH, METRICS_PATH, SERVICE_HEADER, STREAM_PATH, USER_HEADER } from './protocol.ts';
import { serveStream } from './view-stream.ts';

/** `operators`: their socket. `agents`: theirs. `tcp`: both, as the token says. */
export type Door = 'operators' | 'agents' | 'tcp';

export type ApiListener = (request: IncomingMessage, response: ServerResponse, caller: ApiCaller, door: Door) => void;

/** A head or a body that takes longer than this to arrive is given up: what is slow on purpose must not pile up. */
export const RECEIVE_TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 120_000, connectionsCheckingInterval: 5_000 };

export function apiListener(engine: LocalEngine, endpoint: HttpEndpoint, clock: Clock): ApiListener {
  // Loaded at the first request: agents and consoles' streams never need it, and an engine starts sooner without.
  let rest: ReturnType<typeof loadRest> | undefined;
  const loadRest = async () => (await import('./rest.ts')).restListener(engine);
  const answer: ApiListener = (request, response, caller, door) => {
    const url = requestUrl(request.url);
    if (url === undefined) return refuseRequest(response, 400, new McptuiError('invalid', 'the request names no path'));
    const { pathname } = url;
    if (pathname === ALIVE_PATH) return alive(response);
    const project = door === 'operators' ? undefined : mcpProject(pathname);
    if (project !== undefined) return serveMcp(endpoint, engine, { request, response, url }, { caller, project });
    const refusal = misplaced(pathname, caller, door);
    if (refusal !== undefined) return refuseRequest(response, refusal.code === 'denied' ? 403 : 404, refusal);
    const served = servedTo(engine, request, caller.api);
    if (served instanceof McptuiError) return refuseRequest(response, 403, served);
    if (request.method === 'GET' && pathname === STREAM_PATH) {
      return serveStream(served, { clock, bugs: engine.bugs, request, response });
    }
    if (pathname === METRICS_PATH) return serveMetrics(engine, served, response);
    (rest ??= loadRest())
      .then((listener) => listener(request, response, served))
      .catch((error: unknown) => failed(error, response));
  };
  const failed = (error: unknown, response: ServerResponse): void => {
    engine.bugs.report('a request over HTTP', error);
    if (response.headersSent) response.destroy();
    else
      refuseRequest(
        response,
        500,
        new McptuiError('unavailable', 'mcptui failed to answer; `mcptui get audit --kind bug` says where'),
      );
  };
  return (request, response, caller, door) => {
    try {
      answer(request, response, caller, door);
    } catch (error) {
      failed(error, response);
    }
  };
}

/** A path that is not for this door, or not for this caller. */
function misplaced(pathname: string, { api }: ApiCaller, door: Door): McptuiError | undefined {
  const isApi = pathname.startsWith(API_PATH);
  if (door === 'operators') {
    if (mcpProject(pathname) === undefined) return undefined;
    return new McptuiError('not-found', `no ${pathname} on the operators' socket`, {
      hint: 'agents connect to agents.sock beside it',
    });
  }
  if (door === 'agents') {
    return isApi
      ? new McptuiError('denied', `the agents' socket is for /mcp, not for ${pathname}`)
      : new McptuiError('not-found', `no ${pathname}`, { hint: 'agents connect to /mcp or /mcp/PROJECT' });
  }
  if (api !== undefined) return undefined;
  if (isApi) return new McptuiError('denied', `this token is for /mcp, not for ${pathname}`);
  return new McptuiError('not-found', `no ${pathname}`, { hint: 'agents connect to /mcp or /mcp/PROJECT' });
}

/** For those who may view the journal: it tells of every project. */
function serveMetrics(engine: LocalEngine, { principal }: Served, response: ServerResponse): void {
  const need = { verb: 'view', kind: 'audit' } as const;
  const decision = engine.rights.rights.decide(principal, need);
  if (!decision.allowed) return refuseRequest(response, 403, engine.rights.rights.refusal(principal, need, decision));
  const { user, system } = process.cpuUsage();
  const view = engine.view();
  const text = metricsText({
    view,
    calls: engine.operatorSide.counters.servers,
    memoryBytes: process.memoryUsage.rss(),
    cpuSeconds: (user + system) / 1e6,
    startedSeconds: view.info.startedAt / 1000,
  });
  response.writeHead(200, { 'content-type': METRICS_TYPE, 'cache-control': 'no-store' });
  response.end(text);
}

function alive(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end('{"ok":true}');
}

/** Whoever asks, or the service account that it names and may be. */
function servedTo(engine: LocalEngine, request: IncomingMessage, api: ApiUser | undefined): Served | McptuiError {
  const { principal, user } = api ?? { principal: { subject: 'nobody' } };
  const account = request.headers[SERVICE_HEADER];
  if (account === undefined) return serve(engine, principal, actorOf(principal.subject, user ?? headerOf(request)));
  try {
    const service = engine.rights.impersonated(principal, String(account));
    return serve(engine, service, service.subject);
  } catch (error) {
    if (error instanceof McptuiError) return error;
    throw error;
  }
}

function headerOf(request: IncomingMessage): string | undefined {
  const user = request.headers[USER_HEADER];
  return typeof user === 'string' ? user : undefined;
}

/** Whoever owns the engine is told apart by the name that the request gives. */
function actorOf(subject: string, user: string | undefined): string {
  return subject === 'operator' ? `operator:${(user ?? 'unknown').replace(/[^\w.@-]/g, '_').slice(0, 64)}` : subject;
}
