/** Resolves the env of an instance: all or nothing. Values live only in what is returned and in the masker. */
import type { EnvEntry } from '../../store/schema/server.ts';
import type { Failure } from '../../store/schema/instance.ts';
import type { SecretSource } from '../ports.ts';
import type { FileSecrets } from './file-source.ts';
import type { Masker } from './masker.ts';

export interface SecretBackends {
  readonly env: SecretSource;
  readonly file: FileSecrets;
}

export type ResolvedEnv =
  | { readonly ok: true; readonly env: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly failure: Failure; readonly unresolved: readonly string[] };

/** An empty value of a secret is a failure: `value: ""` is the only way to say "empty on purpose". */
export async function resolveEnv(
  entries: readonly EnvEntry[],
  backends: SecretBackends,
  masker: Masker,
): Promise<ResolvedEnv> {
  const env: Record<string, string> = {};
  const failed: { readonly name: string; readonly text: string }[] = [];
  await Promise.all(
    entries.map(async (entry) => {
      if ('value' in entry) {
        env[entry.name] = entry.value;
        return;
      }
      const { backend, path } = entry.secret;
      const resolution = await backends[backend].resolve(path);
      if (resolution.ok && resolution.value !== '') {
        masker.learn(`${backend}/${path}`, resolution.value);
        env[entry.name] = resolution.value;
        return;
      }
      const cause = resolution.ok ? 'empty' : resolution.cause;
      failed.push({ name: entry.name, text: `${entry.name}: ${backend}/${path}: ${cause}` });
    }),
  );
  if (failed.length === 0) return { ok: true, env };
  // In the definition's order, not in the order of the answers.
  const order = new Map(entries.map((entry, index) => [entry.name, index]));
  failed.sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
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
