/** Serves `/mcp/PROJECT?agent=&personality=`, where agents speak Streamable HTTP. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpEndpoint } from '../../mcp/downstream/http/http-endpoint.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { SessionIdentity } from '../../mcp/types/session.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import type { TokenScope } from '../access/tokens.ts';
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
  caller: { readonly principal: string; readonly project: string; readonly scope: TokenScope },
): void {
  const { request, response, url } = exchange;
  const named = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const identity = () => {
    const { scope } = caller;
    const names = {
      project: caller.project || scope.projects?.[0],
      agent: named('agent') || scope.agents?.[0],
      personality: named('personality'),
    };
    // Who can open the socket is the operator; that needs no name.
    const who = caller.principal === SOCKET_PRINCIPAL ? {} : { principal: caller.principal };
    const identity = sessionIdentity(engine.view(), names);
    refuseOutside(scope, identity);
    return { ...identity, ...who };
  };
  const { principal, project } = caller;
  unawaited(endpoint.handle(request, response, { principal, project, identity }));
}

/** @throws McptuiError `denied` where the token is not good for that project or agent */
function refuseOutside({ projects, agents }: TokenScope, { project, agent }: SessionIdentity): void {
  const refuse = (what: string, allowed: readonly string[]): never => {
    throw new McptuiError('denied', `this token is not for ${what}; it is for ${allowed.join(', ')}`);
  };
  if (projects !== undefined && !projects.includes(project)) refuse(`project ${project}`, projects);
  if (agents !== undefined && (agent === undefined || !agents.includes(agent))) {
    refuse(agent === undefined ? 'sessions without an agent' : `agent ${agent}`, agents);
  }
}
