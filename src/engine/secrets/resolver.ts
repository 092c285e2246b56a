/** Resolves what an instance refers to: all or nothing. Values live only in what is returned and in the masker. */
import { createHash, randomBytes } from 'node:crypto';
import type { SecretRef } from '../../store/schema/remote.ts';
import type { Server } from '../../store/schema/server.ts';
import type { FailureOf, UnresolvedSecret } from '../../store/schema/failure.ts';
import type { Resolution, ResolvedSecrets, SecretBackends, SecretSource } from './secret-source.ts';
import type { Masker } from './masker.ts';
import { filled, refsIn } from './references.ts';
import { tooLong, weakness } from './strength.ts';

/** Names of the file backend under which logins are kept. */
export const LOGIN_PREFIX = 'oauth.';

export type Resolved =
  | ({ readonly ok: true } & ResolvedSecrets)
  | {
      readonly ok: false;
      readonly failure: FailureOf<'secret'>;
      readonly unresolved: readonly string[];
      readonly keys: readonly string[];
    };

type Entry = { readonly name: string } & (
  | { readonly value: string }
  | { readonly secret: SecretRef; readonly prefix?: string | undefined }
  | { readonly template: string }
);

/** All that a definition refers to: variables, headers, the URL, OAuth credentials. */
export async function resolveSecrets(
  server: Pick<Server, 'env' | 'source'>,
  backends: SecretBackends,
  masker: Masker,
): Promise<Resolved> {
  const source = server.source.kind === 'url' ? server.source : undefined;
  const { clientSecret, privateKey } = source?.oauth ?? {};
  const headers = source?.headers ?? [];
  const needs = secretNeeds(server);
  const answers = await resolveAll(needs, backends);
  const failed = needs.flatMap((need) => need.refs.flatMap((ref) => unresolvedOf(need.name, ref, answers)));
  if (failed.length > 0) return unresolved(failed);

  const valueOf = (ref: SecretRef): string => {
    const answer = answers.get(keyOf(ref));
    return answer?.ok === true ? answer.value : '';
  };
  const textOf = (entry: Entry): string => {
    if ('value' in entry) return entry.value;
    return 'secret' in entry
      ? `${entry.prefix ?? ''}${valueOf(entry.secret)}`
      : filled(entry.template, 'text', valueOf);
  };
  const weak: string[] = [];
  const marks = new Map<string, string>();
  for (const [key, answer] of answers) {
    if (!answer.ok) continue;
    masker.learn(key, answer.value);
    marks.set(key, markOf(answer.value));
    const why = weakness(answer.value);
    if (why !== undefined) weak.push(`secret ${key} is not masked in logs and results: ${why}`);
  }
  for (const { name, value } of headersWithSecrets(headers)) masker.learn(`header ${name}`, value);
  return {
    ok: true,
    weak,
    marks,
    env: Object.fromEntries(server.env.map((entry) => [entry.name, textOf(entry)])),
    headers: Object.fromEntries(headers.map((entry) => [entry.name, textOf(entry)])),
    ...(source === undefined ? {} : { url: filled(source.url, 'url', valueOf) }),
    ...(clientSecret === undefined ? {} : { clientSecret: valueOf(clientSecret) }),
    ...(privateKey === undefined ? {} : { privateKey: valueOf(privateKey) }),
  };
}

/** The places of a definition, and the secrets that each names. */
export function secretNeeds({ env, source }: Pick<Server, 'env' | 'source'>): readonly SecretNeed[] {
  const { headers = [], oauth, url = '' } = source.kind === 'url' ? source : {};
  const { clientSecret, privateKey } = oauth ?? {};
  return [
    ...[...env, ...headers].map((entry) => ({ name: entry.name, refs: refsOf(entry) })),
    { name: 'url', refs: refsIn(url, 'url') },
    { name: 'oauth client secret', refs: clientSecret === undefined ? [] : [clientSecret] },
    { name: 'oauth private key', refs: privateKey === undefined ? [] : [privateKey] },
  ];
}

/** Every secret that a definition names. */
export function refsOfServer(server: Pick<Server, 'env' | 'source'>): readonly SecretRef[] {
  return secretNeeds(server).flatMap(({ refs }) => refs);
}

export function keyOf({ backend, path }: SecretRef): string {
  return `${backend}/${path}`;
}

function refsOf(entry: Entry): readonly SecretRef[] {
  if ('value' in entry) return [];
  return 'secret' in entry ? [entry.secret] : refsIn(entry.template, 'text');
}

/** Literal headers whose name says that they hold one. */
function headersWithSecrets(entries: readonly Entry[]): readonly { readonly name: string; readonly value: string }[] {
  return entries.flatMap((entry) =>
    'value' in entry && /auth|token|key|secret|cookie/i.test(entry.name)
      ? [{ name: entry.name, value: entry.value }]
      : [],
  );
}

/** A place of a definition, and the secrets that it names. */
export interface SecretNeed {
  readonly name: string;
  readonly refs: readonly SecretRef[];
}

type Answers = ReadonlyMap<string, Resolution>;

/** Each secret is asked for once, however often it is named. */
async function resolveAll(needs: readonly SecretNeed[], backends: SecretBackends): Promise<Answers> {
  const refs = new Map(needs.flatMap((need) => need.refs.map((ref) => [keyOf(ref), ref] as const)));
  const answers = await Promise.all(
    [...refs].map(async ([key, ref]) => [key, await resolveRef(backends, ref)] as const),
  );
  return new Map(answers);
}

/** An empty value of a secret is a failure: `value: ""` is the only way to say "empty on purpose". */
export async function resolveRef(backends: SecretBackends, secret: SecretRef): Promise<Resolution> {
  if (isLogin(secret)) return { ok: false, cause: 'it is the login of a server, which nothing may refer to' };
  return usable(await resolveOf(backends, secret));
}

/** The answer of its backend as it is. */
async function resolveOf(backends: SecretBackends, { backend, path }: SecretRef): Promise<Resolution> {
  if (backend === 'env' || backend === 'file') return backends[backend].resolve(path);
  return (backends.named?.(backend) ?? noBackend(backend)).resolve(path);
}

/** In place of one that nobody has defined. */
export function noBackend(name: string): SecretSource {
  return {
    resolve: () => Promise.resolve({ ok: false, cause: `there is no backend ${name}`, why: 'no-backend' }),
  };
}

/** What a backend answered, if a server can be given it. */
export function usable(resolution: Resolution): Resolution {
  if (!resolution.ok) return resolution;
  const cause = resolution.value === '' ? 'empty' : tooLong(resolution.value);
  return cause === undefined ? resolution : { ok: false, cause };
}

/** A login is of one server; no definition may hand it to another. */
export function isLogin({ backend, path }: SecretRef): boolean {
  return backend === 'file' && path.startsWith(LOGIN_PREFIX);
}

const SALT = randomBytes(32);

function markOf(value: string): string {
  return createHash('sha256').update(SALT).update(value).digest('base64');
}

function unresolvedOf(name: string, ref: SecretRef, answers: Answers): readonly UnresolvedSecret[] {
  const answer = answers.get(keyOf(ref));
  if (answer === undefined || answer.ok) return [];
  const { cause, isMissing = false, why } = answer;
  return [{ name, ...ref, cause, isMissing, ...(why === undefined ? {} : { why }) }];
}

function unresolved(failed: readonly UnresolvedSecret[]): Resolved {
  return {
    ok: false,
    unresolved: failed.map((entry) => entry.name),
    keys: failed.map(keyOf),
    failure: { kind: 'secret', unresolved: [...failed] },
  };
}
