/** Judges where secrets come from, and each secret that a server needs. Pure. */
import type { BackendView, SecretFileState, SecretView } from '../../../engine/index.ts';
import { fail, listed, ok, warn, type Finding } from '../finding.ts';

export interface SecretFacts {
  readonly file: SecretFileState | undefined;
  readonly backends: readonly BackendView[];
  readonly secrets: readonly SecretView[];
}

export function checkSecrets({ file, backends, secrets }: SecretFacts): readonly Finding[] {
  return [...fileOf(file), ...backends.map((backend) => backendOf(backend, secrets)), ...secretsOf(secrets)];
}

function fileOf(file: SecretFileState | undefined): readonly Finding[] {
  if (file?.kind !== 'unreadable') return file?.kind === 'ok' ? [ok('backends', `file: ${file.entries} kept`)] : [];
  return [fail('backends', `file: ${file.reason}`, file.hint)];
}

function backendOf({ name, state, step }: BackendView, secrets: readonly SecretView[]): Finding {
  if (state.kind === 'ok') return ok('backends', `${name} answers`);
  if (state.kind === 'unknown') return warn('backends', `${name} was not asked`, `mcptui test backend ${name}`);
  const needed = secrets.some((secret) => secret.backend === name && secret.servers.length > 0);
  const mend = step ?? `mcptui test backend ${name}`;
  return needed
    ? fail('backends', `${name}: ${state.reason}`, mend)
    : warn('backends', `${name}: ${state.reason}`, mend);
}

function secretsOf(secrets: readonly SecretView[]): readonly Finding[] {
  const needed = secrets.filter(({ servers }) => servers.length > 0);
  const bad = needed.filter(({ state }) => state === 'missing' || state === 'failing');
  const stale = needed.filter((secret) => !bad.includes(secret) && secret.stale.length > 0);
  const good = needed.length - bad.length;
  return [
    ...bad.map(unresolved),
    ...stale.map(({ name, stale: holders }) =>
      warn('secrets', `${name} has changed since ${listed(holders)} started`, `mcptui restart ${holders[0] ?? ''}`),
    ),
    ...(good > 0 && bad.length === 0 ? [ok('secrets', `${good} that servers need, all resolve`)] : []),
  ];
}

function unresolved({ name, backend, path, cause, step, servers, state }: SecretView): Finding {
  const why = cause ?? (state === 'missing' ? 'there is none' : 'it cannot be read');
  const mend =
    step ??
    (backend === 'file'
      ? `mcptui create secret ${path}`
      : backend === 'env'
        ? `start the engine with ${path} set, or keep it: mcptui create secret ${path}`
        : `mcptui describe secret ${name}`);
  return fail('secrets', `${name} does not resolve: ${why}; needed by ${listed(servers)}`, mend);
}
