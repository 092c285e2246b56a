/** Secrets from the environment that the engine was started with: `env/NAME`. */
import type { SecretSource } from './secret-source.ts';

export function envSecretSource(env: Readonly<Record<string, string | undefined>>): SecretSource {
  return {
    resolve(path) {
      const value = env[path];
      return Promise.resolve(value === undefined ? { ok: false, cause: 'not set' } : { ok: true, value });
    },
  };
}
