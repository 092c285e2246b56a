/** Lists the routes of tokens, roles, bindings, secrets and the audit log. */
import * as z from 'zod';
import { McptuiError } from '../../../kernel/errors.ts';
import type { AuditEvent } from '../../../store/types.ts';
import type { Served } from '../../rights/served.ts';
import { bindingScope, roleDraft } from '../table/rights.ts';
import { SEEN_KINDS } from '../../audit/seen-report.ts';
import { tokenOptions } from '../table/access.ts';
import { watchEvents } from './watch-events.ts';
import { at, number, picked, plain, viewRows, without, words, type Given, type Route } from './route.ts';

/** Most events of one page, and how many unless told. */
const MAX_EVENTS = 1_000;
const EVENTS = 100;

/** A role's row counts its bindings; who sees a binding depends on roles. */
const ROLE_EVENTS = ['role_create', 'role_update', 'role_delete'] as const;
const BINDING_EVENTS = ['binding_create', 'binding_delete'] as const;

async function roleNamed({ commands }: Served, name: string): Promise<object> {
  const found = (await commands.roles()).find((row) => row.name === name);
  if (found !== undefined) return picked(found, ['summary', 'rules']);
  throw new McptuiError('not-found', `no role ${name}`, { hint: 'GET /api/v1/roles' });
}

/** Of `file/NAME` the name; another backend is not written to. */
function secretName(given: Given): string {
  const id = at(given);
  if (id.startsWith('file/')) return id.slice('file/'.length);
  if (!id.includes('/')) return id;
  throw new McptuiError('invalid', `secret ${id} is not kept by mcptui`, { hint: 'only file/NAME can be set here' });
}

/** A time as milliseconds, as commands have it. */
function seenQuery({ at: time, texts, ...query }: Given['query']): object {
  return {
    ...query,
    ...(typeof time === 'string' ? { at: Date.parse(time) } : {}),
    ...(texts === undefined ? {} : { texts: texts === 'true' }),
  };
}

/** Where the next page begins: below what was shown, or, when none of a page may be seen, below that page. */
function nextPage(events: readonly AuditEvent[], { query }: Given): number | undefined {
  const limit = (query['limit'] as number | undefined) ?? EVENTS;
  const before = query['before'] as number | undefined;
  const last = events.at(-1)?.n ?? (before === undefined ? undefined : before - limit);
  return last === undefined || last <= 1 ? undefined : last;
}

export const accessRoutes: readonly Route[] = [
  {
    kind: 'list',
    path: '/secrets',
    shows: 'Secret',
    about: 'Names and states of secrets that the caller may view; never a value.',
    filters: ['name', 'backend', 'state'],
    ...viewRows('secrets'),
    one: '/secrets/{id}',
  },
  {
    kind: 'call',
    method: 'POST',
    path: '/secrets',
    shows: 'SecretChange',
    command: 'setSecret',
    success: 201,
    body: z.strictObject({ name: words, value: words }),
    args: ({ body }) => [body['name'], body['value'], { only: 'new' }],
    location: (_answer, { body }) => `/secrets/${encodeURIComponent(`file/${plain(body['name'])}`)}`,
  },
  {
    kind: 'call',
    method: 'PUT',
    path: '/secrets/{id}',
    shows: 'SecretChange',
    command: 'setSecret',
    success: 200,
    body: z.strictObject({ value: words }),
    args: (given) => [secretName(given), given.body['value']],
  },
  {
    kind: 'call',
    method: 'DELETE',
    path: '/secrets/{id}',
    shows: 'SecretChange',
    command: 'removeSecret',
    success: 200,
    query: z.strictObject({ force: z.enum(['true', 'false']).optional() }),
    args: (given) => [secretName(given), { force: given.query['force'] === 'true' }],
  },
  {
    kind: 'list',
    path: '/tokens',
    shows: 'Token',
    about: 'Tokens that the caller may view, without the tokens themselves.',
    command: 'tokens',
    filters: ['name', 'subject', 'isOperator', 'isTicket'],
    changesWith: ['token_create', 'token_rotate', 'token_remove'],
    rows: (_given, { commands }) => commands.tokens(),
    one: '/tokens/{id}',
  },
  {
    kind: 'call',
    method: 'POST',
    path: '/tokens',
    shows: 'MadeToken',
    command: 'createToken',
    success: 201,
    body: tokenOptions.extend({ name: words }),
    args: ({ body }) => [body['name'], without(body, ['name'])],
    answer: (token: string, { body }) => ({ name: body['name'], token }),
    location: (_answer, { body }) => `/tokens/${plain(body['name'])}`,
  },
  {
    kind: 'call',
    method: 'POST',
    path: '/tokens/{id}/rotate',
    shows: 'MadeToken',
    of: '/tokens/{id}',
    command: 'rotateToken',
    success: 200,
    args: (given) => [at(given)],
    answer: (token: string, given) => ({ name: at(given), token }),
  },
  {
    kind: 'call',
    method: 'DELETE',
    path: '/tokens/{id}',
    command: 'removeToken',
    success: 204,
    args: (given) => [at(given)],
  },
  {
    kind: 'list',
    path: '/roles',
    shows: 'Role',
    about: 'Roles that the caller may view, the built-in ones too.',
    command: 'roles',
    filters: ['name', 'isBuiltIn'],
    changesWith: [...ROLE_EVENTS, ...BINDING_EVENTS],
    rows: (_given, { commands }) => commands.roles(),
    one: '/roles/{id}',
  },
  {
    kind: 'call',
    method: 'POST',
    path: '/roles',
    shows: 'Role',
    command: 'createRole',
    success: 201,
    body: roleDraft.extend({ name: words }),
    args: ({ body }) => [body['name'], without(body, ['name'])],
    location: ({ name }: { readonly name: string }) => `/roles/${name}`,
  },
  {
    kind: 'call',
    method: 'PUT',
    path: '/roles/{id}',
    shows: 'Role',
    command: 'updateRole',
    success: 200,
    body: roleDraft,
    args: (given) => [at(given), { summary: '', ...given.body }],
    merge: async (given, served) => ({ document: await roleNamed(served, at(given)) }),
  },
  {
    kind: 'call',
    method: 'DELETE',
    path: '/roles/{id}',
    command: 'deleteRole',
    success: 204,
    args: (given) => [at(given)],
  },
  {
    kind: 'list',
    path: '/bindings',
    shows: 'Binding',
    about: 'Who has which role, of the roles that the caller may view.',
    command: 'bindings',
    filters: ['subject', 'role', 'projects'],
    changesWith: [...ROLE_EVENTS, ...BINDING_EVENTS],
    rows: (_given, { commands }) => commands.bindings(),
    one: '/bindings/{id}',
  },
  {
    kind: 'call',
    method: 'POST',
    path: '/bindings',
    shows: 'Binding',
    command: 'createBinding',
    success: 201,
    body: bindingScope.extend({ subject: words, role: words }),
    args: ({ body }) => [body['subject'], body['role'], picked(body, ['projects'])],
    location: ({ id }: { readonly id: string }) => `/bindings/${id}`,
  },
  {
    kind: 'call',
    method: 'DELETE',
    path: '/bindings/{id}',
    command: 'deleteBinding',
    success: 204,
    args: (given) => [at(given)],
  },
  {
    kind: 'call',
    method: 'GET',
    path: '/audit/events',
    shows: 'AuditEvents',
    command: 'events',
    success: 200,
    query: z.strictObject({
      before: number.optional(),
      after: number.optional(),
      limit: z.coerce.number<string>().int().min(1).max(MAX_EVENTS).optional(),
      kind: words.optional(),
      session: words.optional(),
      target: words.optional(),
      text: words.optional(),
      watch: z.enum(['', 'true']).optional(),
    }),
    args: ({ query }) => [{ limit: EVENTS, ...query }],
    watch: ({ query }, served, put) => watchEvents({ limit: EVENTS, ...query }, served, put),
    answer(items: readonly AuditEvent[], given) {
      const next = given.query['after'] === undefined ? nextPage(items, given) : undefined;
      return { items, ...(next === undefined ? {} : { next: String(next) }) };
    },
  },
  {
    kind: 'list',
    path: '/audit/sessions',
    shows: 'AuditSession',
    about: 'What the journal tells of sessions, one row each: who, calls, errors, refusals, tokens, first and last.',
    command: 'auditSessions',
    filters: ['project', 'agent', 'personality', 'client', 'actor'],
    rows: (_given, { commands }) => commands.auditSessions(),
    one: '/audit/sessions/{id}',
  },
  {
    kind: 'call',
    method: 'GET',
    path: '/audit/sessions/{id}/saw',
    command: 'sessionSaw',
    success: 200,
    query: z.strictObject({
      n: number.optional(),
      at: z.iso.datetime({ offset: true }).optional(),
      what: z.enum(SEEN_KINDS).optional(),
      name: words.optional(),
      texts: z.enum(['true', 'false']).optional(),
    }),
    args: (given) => [at(given), seenQuery(given.query)],
  },
];
