/** Serves `/mcp/PROJECT?agent=&personality=`, where agents speak Streamable HTTP. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpEndpoint } from '../../mcp/downstream/http/http-endpoint.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { SessionIdentity } from '../../mcp/types/session.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import { tokenPrincipal, type TokenInfo, type TokenScope } from '../access/tokens.ts';
import { agentPrincipal, provenSubject } from '../rights/token-principal.ts';
import { shownBy, type ApiCaller } from './caller.ts';
import type { LocalEngine } from '../engine.ts';
import { sessionIdentity, type LaunchNames } from './identity.ts';

const MCP_PATH = '/mcp';

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
  engine: LocalEngine,
  exchange: { readonly request: IncomingMessage; readonly response: ServerResponse; readonly url: URL },
  { caller, project }: { readonly caller: ApiCaller; readonly project: string },
): void {
  const { request, response, url } = exchange;
  const named = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
  const names = { project, agent: named('agent'), personality: named('personality') };
  const identity = (): SessionIdentity => launchedIdentity(engine, caller, names);
  // Also of a session that goes on: its rights are those of the token as it is now.
  if (caller.token !== undefined) learn(engine, caller.token);
  unawaited(endpoint.handle(request, response, { principal: shownBy(caller), project, identity }));
}

/**
 * Who a session is: the names that it was launched with, and what its token proves.
 * @throws McptuiError `not-found`, `invalid`, `denied`
 */
export function launchedIdentity(engine: LocalEngine, { token }: ApiCaller, names: LaunchNames): SessionIdentity {
  if (token === undefined) return sessionIdentity(engine.view(), names);
  const subject = provenSubject(token);
  const own = subject?.startsWith('agent:') === true ? subject.slice('agent:'.length) : undefined;
  const scope: TokenScope = { projects: token.projects, agents: own === undefined ? token.agents : [own] };
  const completed = {
    ...names,
    project: names.project || scope.projects?.[0],
    agent: names.agent || scope.agents?.[0],
  };
  const identity = sessionIdentity(engine.view(), completed);
  refuseOutside(scope, identity);
  learn(engine, token);
  return { ...identity, principal: tokenPrincipal(token.name), ...(subject === undefined ? {} : { subject }) };
}

function learn(engine: LocalEngine, token: TokenInfo): void {
  engine.rights.principals.learn(tokenPrincipal(token.name), agentPrincipal(token));
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
