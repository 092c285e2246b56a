/** `/mcp/PROJECT?agent=&personality=`: where agents speak Streamable HTTP. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpEndpoint } from '../../mcp/http/http-endpoint.ts';
import { unawaited } from '../../unawaited.ts';
import type { LocalEngine } from '../engine.ts';
import { sessionIdentity } from './identity.ts';

const MCP_PATH = '/mcp';

/** Of requests on the engine's socket. */
export const SOCKET_PRINCIPAL = 'socket';

/** Undefined when the path is another's. "" stands for no project: the agent's, or the default. */
export function mcpProject(pathname: string): string | undefined {
  if (pathname === MCP_PATH || pathname === `${MCP_PATH}/`) return '';
  const [, encoded] = /^\/mcp\/([^/]+)\/?$/.exec(pathname) ?? [];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/** Hands the request to the endpoint, which calls for the identity when a session begins. */
export function serveMcp(
  endpoint: HttpEndpoint,
  engine: Pick<LocalEngine, 'view'>,
  exchange: { readonly request: IncomingMessage; readonly response: ServerResponse; readonly url: URL },
  caller: { readonly principal: string; readonly project: string },
): void {
  const { request, response, url } = exchange;
  const named = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const identity = () => {
    const names = { project: caller.project, agent: named('agent'), personality: named('personality') };
    // Who can open the socket is the operator; that needs no name.
    const who = caller.principal === SOCKET_PRINCIPAL ? {} : { principal: caller.principal };
    return { ...sessionIdentity(engine.view(), names), ...who };
  };
  unawaited(endpoint.handle(request, response, { ...caller, identity }));
}
