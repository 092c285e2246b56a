/** The `env` backend of secrets, whose values a test sets; passes the suite of secret sources. */
import type { SecretSource } from '../../../src/engine/secrets/secret-source.ts';

/** Looks at `values` anew each time: what a test sets is used next time. */
export function fakeSecretSource(values: ReadonlyMap<string, string>): SecretSource {
  return {
    resolve(path) {
      const value = values.get(path);
      return Promise.resolve(
        value === undefined ? { ok: false, cause: 'not set', isMissing: true } : { ok: true, value },
      );
    },
  };
}
