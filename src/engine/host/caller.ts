/** Describes who sends a request, as its connection has shown. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { messageOf, toErrorJson } from '../../kernel/errors.ts';
import { requestUrl } from '../../kernel/url.ts';
import { tokenPrincipal, type TokenInfo } from '../access/tokens.ts';
import { OPERATOR, type Principal } from '../rights/need.ts';
import { apiPrincipal } from '../rights/token-principal.ts';
import { COMMANDS_PATH, RESOURCES_PATH, STREAM_PATH } from './protocol.ts';
import { PROBLEM_TYPE, refusalProblem } from './resources/problem.ts';

/** Who uses the operators' API. */
export interface ApiUser {
  readonly principal: Principal;
  /** The person, where the connection says it; else the request does. */
  readonly user?: string;
}

export interface ApiCaller {
  /** Absent: it may not use the operators' API. */
  readonly api?: ApiUser;
  /** What its sessions show; absent on a socket without a ticket. */
  readonly token?: TokenInfo;
}

/** Whoever can open the operators' socket owns the engine. */
export const SOCKET_OWNER: ApiCaller = { api: { principal: OPERATOR } };

export function tokenCaller(token: TokenInfo): ApiCaller {
  const principal = apiPrincipal(token);
  return { token, ...(principal === undefined ? {} : { api: { principal, user: tokenUser(token) } }) };
}

/** As the journal names an operator's token; anybody else is named by the subject. */
function tokenUser({ name }: TokenInfo): string {
  return `token-${name}`;
}

/** What requests of one caller have in common, for caps and for the owner of a session. */
export function shownBy({ token }: ApiCaller): string {
  return token === undefined ? 'socket' : tokenPrincipal(token.name);
}

export function refuseUpgrade(socket: Duplex, status: number, error: unknown): void {
  const body = JSON.stringify({ error: toErrorJson(error) });
  socket.end(
    `HTTP/1.1 ${status} ${messageOf(error).replace(/[^\x20-\x7e]/g, '?')}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** Under `/api/v1` all but the commands by name, and the stream, which consoles read. */
function isResource(url: string | undefined): boolean {
  const pathname = requestUrl(url)?.pathname ?? '';
  const isOther = pathname.startsWith(`${COMMANDS_PATH}/`) || pathname === STREAM_PATH;
  return pathname.startsWith(`${RESOURCES_PATH}/`) && !isOther;
}

export function refuseRequest(
  response: ServerResponse,
  status: number,
  error: Error,
  headers: OutgoingHttpHeaders = {},
): void {
  const isProblem = isResource(response.req.url);
  const body = JSON.stringify(isProblem ? refusalProblem(status, error) : { error: toErrorJson(error) });
  response.writeHead(status, {
    'content-type': isProblem ? PROBLEM_TYPE : 'application/json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}
