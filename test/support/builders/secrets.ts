/** Secrets as an engine shows them. */
import type { SecretView } from '../../../src/engine/index.ts';
import { fixtureNow } from './console-builders.ts';

/** `file/gitea-creds`, which `gitea` uses and which resolves, unless told otherwise. */
export function aSecret(part: Partial<SecretView> = {}): SecretView {
  const id = part.id ?? 'file/gitea-creds';
  const slash = id.indexOf('/');
  const [backend, path] = [id.slice(0, slash), id.slice(slash + 1)];
  const server = part.usedBy?.map((use) => use.server) ?? ['gitea'];
  return {
    id,
    name: id,
    backend,
    path,
    state: 'ok',
    last: { at: fixtureNow - 9_000, ok: true },
    usedBy: [{ server: 'gitea', entries: ['GITEA_TOKEN'] }],
    servers: server,
    stale: [],
    waiting: [],
    ...part,
  };
}

/** Its backend has no such entry, and `gitea-1` waits for it. */
export function aMissingSecret(part: Partial<SecretView> = {}): SecretView {
  const cause = part.cause ?? 'no such entry';
  return aSecret({
    state: 'missing',
    cause,
    last: { at: fixtureNow - 48_000, ok: false, cause, isMissing: true },
    waiting: ['gitea-1'],
    ...part,
  });
}
