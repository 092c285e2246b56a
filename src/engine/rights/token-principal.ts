/** Says who the holder of a token is, to operators' commands and as an agent. Pure. */
import type { TokenInfo } from '../access/tokens.ts';
import { OPERATOR, type Principal } from './need.ts';

/** Undefined: the token reaches agents' MCP alone. */
export function apiPrincipal(token: TokenInfo): Principal | undefined {
  if (token.isOperator) return OPERATOR;
  if (token.isTicket === true) return undefined;
  const { subject, roles, name } = token;
  if (subject === undefined && roles === undefined) return undefined;
  return { subject: subject ?? `service:${name}`, ...carried(token) };
}

/**
 * Of its sessions: whom it names, or the one agent that it is for. Anybody else is known by the token's name, which proves no
 * agent, and may do what any agent of the project may.
 */
export function agentPrincipal(token: TokenInfo): Principal {
  const { subject, roles, name, isOperator } = token;
  const named = subject ?? agentOf(token) ?? (roles === undefined ? undefined : `service:${name}`);
  if (named !== undefined && !isOperator) return { subject: named, ...carried(token) };
  return { subject: `client:${name}`, ...carried(token) };
}

/** Whom its sessions are proven to be. */
export function provenSubject(token: TokenInfo): string | undefined {
  const { subject } = agentPrincipal(token);
  return subject.startsWith('client:') ? undefined : subject;
}

function agentOf({ agents }: TokenInfo): string | undefined {
  const [only, another] = agents ?? [];
  return only === undefined || another !== undefined ? undefined : `agent:${only}`;
}

function carried({ groups, roles, projects }: TokenInfo): Omit<Principal, 'subject'> {
  return {
    ...(groups === undefined ? {} : { groups }),
    ...(roles === undefined ? {} : { roles }),
    ...(projects === undefined ? {} : { projects }),
  };
}
