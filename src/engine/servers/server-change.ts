/** Describes what an operator may change of a server, and makes the draft that comes of it. Pure. */
import * as z from 'zod';
import { McptuiError } from '../../kernel/errors.ts';
import { defined } from '../../kernel/defined.ts';
import type { Server } from '../../store/schema/server.ts';
import { envEntry, headerEntry, type Entry } from './entry-text.ts';
import type { ServerDraft } from './server-draft.ts';
import { fromServerDocument } from './server-document.ts';

const text = z.string();
const words = z.array(text).readonly();
/** Text as the command line takes it: `debug`, `secret:file/token`; null takes the entry away. */
const entries = z.record(z.string(), text.nullable());
/** Members replace those that are there; null = the default again. */
const members = z.record(z.string(), z.json());

/** Fields that are not named stay as they are; the server's schema judges what comes of it. */
export const serverPatch = z.strictObject({
  env: entries.exactOptional(),
  headers: entries.exactOptional(),
  image: text.exactOptional(),
  package: text.exactOptional(),
  /** Of an image or a command. */
  command: words.exactOptional(),
  /** Of a package; of a command, what follows the program. */
  args: words.exactOptional(),
  cwd: text.nullable().exactOptional(),
  url: text.exactOptional(),
  allowPrivate: z.boolean().exactOptional(),
  allowHttp: z.boolean().exactOptional(),
  replicas: z.number().exactOptional(),
  isolation: text.nullable().exactOptional(),
  maxInstances: z.number().exactOptional(),
  /** null = the server's name. */
  prefix: text.nullable().exactOptional(),
  context: text.exactOptional(),
  health: members.exactOptional(),
  limits: members.exactOptional(),
  calls: members.exactOptional(),
  startTimeoutMs: z.number().exactOptional(),
});

/** A whole definition as YAML, some fields of it, or an earlier revision. */
export const serverChange = z.union([
  z.strictObject({ text }),
  z.strictObject({ patch: serverPatch }),
  z.strictObject({ revision: z.int().min(1) }),
]);

export const updateOptions = z.strictObject({
  /** Revision that the change was made on: refused with `conflict` when another one is live. */
  expected: z.int().min(1).exactOptional(),
  note: text.max(2_000).exactOptional(),
  /** Text that looks as if something were to replace it is meant as it stands. */
  literal: z.boolean().exactOptional(),
});

export type ServerPatch = Readonly<z.output<typeof serverPatch>>;
export type ServerChange = Readonly<z.output<typeof serverChange>>;
export type UpdateOptions = Readonly<z.output<typeof updateOptions>>;

/** @throws McptuiError `invalid` */
export function draftAfter(live: Server, change: Exclude<ServerChange, { readonly revision: number }>): ServerDraft {
  return 'text' in change ? fromServerDocument(live, change.text) : patched(live, change.patch);
}

function patched(live: Server, patch: ServerPatch): ServerDraft {
  const { id: _id, revision: _revision, createdAt: _createdAt, updatedAt: _updatedAt, ...before } = live;
  const { version: _version, ...base } = before as typeof before & { readonly version?: number };
  const { env, isolation, prefix, health, limits, calls } = patch;
  const { replicas, maxInstances, context, startTimeoutMs } = patch;
  return {
    ...base,
    ...defined({ replicas, maxInstances, context, startTimeoutMs }),
    source: patchedSource(live, patch),
    env: env === undefined ? live.env : withEntries(live, 'variable', live.env, env, envEntry),
    isolation: isolation === undefined ? live.isolation : (isolation ?? undefined),
    prefix: prefix === undefined ? live.prefix : (prefix ?? undefined),
    health: withMembers(live.health, health),
    limits: withMembers(live.limits, limits),
    calls: withMembers(live.calls, calls),
  } as unknown as ServerDraft;
}

function withMembers(before: object, changed: object | undefined): object {
  const merged = Object.entries({ ...before, ...changed });
  return Object.fromEntries(merged.filter(([, value]) => value !== null && value !== undefined));
}

/** Entries keep their place; new ones come last. */
function withEntries<T extends Entry>(
  live: Server,
  what: string,
  before: readonly T[],
  changed: Readonly<Record<string, string | null>>,
  read: (name: string, text: string) => T,
): readonly T[] {
  const names = new Set(before.map(({ name }) => name));
  for (const [name, value] of Object.entries(changed)) {
    if (value !== null || names.has(name)) continue;
    const hint = names.size === 0 ? `it has no ${what}s` : `it has ${[...names].join(', ')}`;
    throw new McptuiError('not-found', `server ${live.name} has no ${what} ${name}`, { hint });
  }
  const kept = before.flatMap((entry): readonly T[] => {
    const value = changed[entry.name];
    return value === undefined ? [entry] : value === null ? [] : [read(entry.name, value)];
  });
  const added = Object.entries(changed).flatMap(([name, value]) =>
    value === null || names.has(name) ? [] : [read(name, value)],
  );
  return [...kept, ...added];
}

/** Which field belongs to which kind of source. */
const OF_KIND: Readonly<Record<string, readonly Server['source']['kind'][]>> = {
  image: ['image'],
  package: ['package'],
  command: ['image', 'command'],
  args: ['package', 'command', 'image'],
  cwd: ['package', 'command', 'image'],
  url: ['url'],
  headers: ['url'],
  allowPrivate: ['url'],
  allowHttp: ['url'],
};

function patchedSource(live: Server, patch: ServerPatch): unknown {
  const { source } = live;
  for (const [field, kinds] of Object.entries(OF_KIND)) {
    if (patch[field as keyof ServerPatch] === undefined || kinds.includes(source.kind)) continue;
    throw new McptuiError('invalid', `server ${live.name} is a ${source.kind}, which has no ${field}`, {
      hint: `what runs at all is changed in its definition: mcptui edit server ${live.name}`,
    });
  }
  const { args, headers } = patch;
  const own = defined({
    image: patch.image,
    package: patch.package,
    command: patch.command,
    url: patch.url,
    allowPrivate: patch.allowPrivate,
    allowHttp: patch.allowHttp,
  });
  const { cwd: _, ...placed } = { ...source } as { readonly cwd?: string };
  const cwd = patch.cwd === undefined ? ('cwd' in source ? source.cwd : undefined) : (patch.cwd ?? undefined);
  return {
    ...placed,
    ...own,
    ...(cwd === undefined ? {} : { cwd }),
    ...(args === undefined ? {} : argumentsOf(source, patch.command, args)),
    ...(headers === undefined || source.kind !== 'url'
      ? {}
      : { headers: withEntries(live, 'header', source.headers, headers, headerEntry) }),
  };
}

/** What follows the program, which stays. */
function argumentsOf(
  source: Server['source'],
  command: readonly string[] | undefined,
  args: readonly string[],
): { readonly args: readonly string[] } | { readonly command: readonly string[] } {
  if (source.kind === 'package') return { args };
  if (source.kind !== 'command') return { command: args };
  return { command: [...(command ?? source.command).slice(0, 1), ...args] };
}
