/** Reads secrets from the environment that the engine was started with: `env/NAME`. */
import type { SecretSource } from './secret-source.ts';

export function envSecretSource(env: Readonly<Record<string, string | undefined>>): SecretSource {
  return {
    resolve(path) {
      // What every object inherits is no variable.
      const value = Object.hasOwn(env, path) ? env[path] : undefined;
      return Promise.resolve(
        value === undefined ? { ok: false, cause: 'not set', isMissing: true } : { ok: true, value },
      );
    },
  };
}
