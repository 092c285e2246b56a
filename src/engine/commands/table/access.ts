/** Lists the commands on logins at remote servers and on tokens for connections over TCP. */
import * as z from 'zod';
import type { LoginRequest, LoginResult } from '../../../mcp/index.ts';
import type { TokenInfo } from '../../access/tokens.ts';
import { command } from './entry.ts';
import { count, flag, text } from './shapes.ts';

export const loginEntries = {
  beginLogin: command<(server: string, redirectUrl?: string) => Promise<LoginRequest>>({
    about:
      'Begins a login and names the page to open. `redirectUrl`: the loopback address that the browser is sent to afterwards; ' +
      'nobody has to listen there. Default: that of the definition, else http://127.0.0.1:33418/callback. Refused with ' +
      '`conflict` when nobody has to log in.',
    effect: 'changes',
    verb: 'create',
    resource: 'login',
    audit: ['login_begin'],
    on: (meant, server) => [meant.server(server)],
    args: [
      ['server', text],
      ['redirectUrl', text.optional()],
    ],
  }),
  finishLogin: command<(server: string, answer: string) => Promise<LoginResult>>({
    about: 'Ends a login. `answer`: the URL that the browser was sent to, or the code in it.',
    effect: 'changes',
    verb: 'create',
    resource: 'login',
    audit: ['login'],
    on: (meant, server) => [meant.server(server)],
    args: [
      ['server', text],
      ['answer', text],
    ],
  }),
  logout: command<(server: string) => Promise<void>>({
    about: 'Deletes the login of a server.',
    effect: 'changes',
    verb: 'delete',
    resource: 'login',
    audit: ['logout'],
    on: (meant, server) => [meant.server(server)],
    args: [['server', text]],
  }),
};

export const tokenOptions = z.strictObject({
  /** It reaches the operator's API too, not only MCP. */
  isOperator: flag.exactOptional(),
  /** Absent = all of them. */
  projects: z.array(text).readonly().optional(),
  agents: z.array(text).readonly().optional(),
  /** Who its holder is: `user:NAME`, `service:NAME` or `agent:NAME`. */
  subject: text.exactOptional(),
  /** `group:NAME` */
  groups: z.array(text).readonly().exactOptional(),
  /** Its holder has these beside what is bound to it. */
  roles: z.array(text).readonly().exactOptional(),
  /** It proves an agent on the agents' socket, and is good for nothing else. */
  isTicket: flag.exactOptional(),
  /** Milliseconds since 1970. */
  expiresAt: count.exactOptional(),
});

export const tokenEntries = {
  createToken: command<(name: string, options?: z.output<typeof tokenOptions>) => Promise<string>>({
    about:
      'Makes a token for connections over TCP, or a ticket for the agents’ socket, and answers with it; it is shown only this ' +
      'once. Refused with `denied` for roles that its maker does not have.',
    effect: 'changes',
    verb: 'create',
    resource: 'token',
    audit: ['token_create'],
    on: (_meant, name) => [{ kind: 'token', name }],
    args: [
      ['name', text],
      ['options', tokenOptions.optional()],
    ],
  }),
  removeToken: command<(name: string) => Promise<void>>({
    about: 'Refuses its holder from now on; its sessions and connections end.',
    effect: 'changes',
    verb: 'delete',
    resource: 'token',
    audit: ['token_remove'],
    on: (_meant, name) => [{ kind: 'token', name }],
    args: [['name', text]],
  }),
  rotateToken: command<(name: string) => Promise<string>>({
    about:
      'Makes another token for the same holder and answers with it, once; what the one before it opened is closed.',
    effect: 'changes',
    verb: 'edit',
    resource: 'token',
    audit: ['token_rotate'],
    on: (_meant, name) => [{ kind: 'token', name }],
    args: [['name', text]],
  }),
  tokens: command<() => Promise<readonly TokenInfo[]>>({
    about: 'Names of tokens, whose they are, what they are valid for, and when they were used last.',
    effect: 'reads',
    verb: 'view',
    resource: 'token',
    audit: [],
    on: () => [],
    seen: (all, sees) => all.filter(({ name }) => sees([{ kind: 'token', name }])),
    args: [],
  }),
};
