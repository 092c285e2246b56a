/** Resolves the env of an instance: all or nothing. Values live only in what is returned and in the masker. */
import type { SecretRef } from '../../store/schema/remote.ts';
import type { Server } from '../../store/schema/server.ts';
import type { Failure } from '../../store/schema/instance.ts';
import type { Resolution, SecretSource } from '../ports.ts';
import type { FileSecrets } from './file-source.ts';
import type { Masker } from './masker.ts';
import { tooLong, weakness } from './strength.ts';

/** Names of the file backend under which logins are kept. */
export const LOGIN_PREFIX = 'oauth.';

export interface SecretBackends {
  readonly env: SecretSource;
  readonly file: FileSecrets;
}

export interface ResolvedSecrets {
  readonly env: Readonly<Record<string, string>>;
  /** Of a URL. */
  readonly headers: Readonly<Record<string, string>>;
  readonly clientSecret?: string;
  readonly privateKey?: string;
  /** Secrets that are not masked in texts, and why, one sentence each. */
  readonly weak: readonly string[];
}

export type Resolved =
  | ({ readonly ok: true } & ResolvedSecrets)
  | { readonly ok: false; readonly failure: Failure; readonly unresolved: readonly string[] };

type Entry = { readonly name: string } & (
  { readonly value: string } | { readonly secret: SecretRef; readonly prefix?: string | undefined }
);

/** All that a definition refers to: variables, headers, OAuth credentials. */
export async function resolveSecrets(
  server: Pick<Server, 'env' | 'source'>,
  backends: SecretBackends,
  masker: Masker,
): Promise<Resolved> {
  const source = server.source.kind === 'url' ? server.source : undefined;
  const { clientSecret, privateKey } = source?.oauth ?? {};
  const oauth: Entry[] = [];
  if (clientSecret !== undefined) oauth.push({ name: 'oauth client secret', secret: clientSecret });
  if (privateKey !== undefined) oauth.push({ name: 'oauth private key', secret: privateKey });
  const groups = await Promise.all(
    [server.env, source?.headers ?? [], oauth].map((entries) => resolveEntries(entries, backends, masker)),
  );
  const [env, headers, credentials] = groups;
  const failed = groups.flatMap((group) => (group.ok ? [] : group.failed));
  if (failed.length > 0 || !env?.ok || !headers?.ok || !credentials?.ok) return unresolved(failed);
  const secret = credentials.values['oauth client secret'];
  const key = credentials.values['oauth private key'];
  for (const { name, value } of headersWithSecrets(source?.headers ?? [])) masker.learn(`header ${name}`, value);
  return {
    ok: true,
    weak: [...env.weak, ...headers.weak, ...credentials.weak],
    env: env.values,
    headers: headers.values,
    ...(secret === undefined ? {} : { clientSecret: secret }),
    ...(key === undefined ? {} : { privateKey: key }),
  };
}

/** Literal headers whose name says that they hold one. */
function headersWithSecrets(entries: readonly Entry[]): readonly { readonly name: string; readonly value: string }[] {
  return entries.flatMap((entry) =>
    'value' in entry && /auth|token|key|secret|cookie/i.test(entry.name)
      ? [{ name: entry.name, value: entry.value }]
      : [],
  );
}

type Group =
  | { readonly ok: true; readonly values: Readonly<Record<string, string>>; readonly weak: readonly string[] }
  | { readonly ok: false; readonly failed: readonly Unresolved[] };

interface Unresolved {
  readonly name: string;
  readonly text: string;
}

/** An empty value of a secret is a failure: `value: ""` is the only way to say "empty on purpose". */
async function resolveEntries(entries: readonly Entry[], backends: SecretBackends, masker: Masker): Promise<Group> {
  const env: Record<string, string> = {};
  const weak: string[] = [];
  const failed: Unresolved[] = [];
  await Promise.all(
    entries.map(async (entry) => {
      if ('value' in entry) {
        env[entry.name] = entry.value;
        return;
      }
      const { backend, path } = entry.secret;
      const resolution = await resolve(backends, entry.secret);
      if (resolution.ok && resolution.value !== '') {
        masker.learn(`${backend}/${path}`, resolution.value);
        const why = weakness(resolution.value);
        if (why !== undefined) weak.push(`secret ${backend}/${path} is not masked in logs and results: ${why}`);
        env[entry.name] = `${entry.prefix ?? ''}${resolution.value}`;
        return;
      }
      const cause = resolution.ok ? 'empty' : resolution.cause;
      failed.push({ name: entry.name, text: `${entry.name}: ${backend}/${path}: ${cause}` });
    }),
  );
  if (failed.length === 0) return { ok: true, values: env, weak };
  // In the definition's order, not in the order of the answers.
  const order = new Map(entries.map((entry, index) => [entry.name, index]));
  failed.sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
  return { ok: false, failed };
}

/** A login is of one server; no definition may hand it to another. */
export function isLogin({ backend, path }: SecretRef): boolean {
  return backend === 'file' && path.startsWith(LOGIN_PREFIX);
}

async function resolve(backends: SecretBackends, secret: SecretRef): Promise<Resolution> {
  if (isLogin(secret)) return { ok: false, cause: 'it is the login of a server, which nothing may refer to' };
  const resolution = await backends[secret.backend].resolve(secret.path);
  const cause = resolution.ok ? tooLong(resolution.value) : undefined;
  return cause === undefined ? resolution : { ok: false, cause };
}

function unresolved(failed: readonly Unresolved[]): Resolved {
  return {
    ok: false,
    unresolved: failed.map((entry) => entry.name),
    failure: {
      code: 'SECRET_UNRESOLVED',
      message: `secret resolution failed: ${failed.map((entry) => entry.text).join('; ')}`,
      hint: 'make the secret available, or set value "" for that variable to leave it empty on purpose',
    },
  };
}
