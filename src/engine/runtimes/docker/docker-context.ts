/** Reads the chosen context of the docker command, so that containers run where `docker` itself would run them. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { McptuiError } from '../../../kernel/errors.ts';
import { wordFor } from '../../../kernel/foreign.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The environment with `DOCKER_HOST` and the keys of TLS of the context, when one is chosen and no DOCKER_HOST is set. */
export function withContext(env: Env): Env {
  if ((env.DOCKER_HOST ?? '') !== '') return env;
  const folder = env.DOCKER_CONFIG || path.join(env.HOME ?? '/', '.docker');
  const [name, by] = chosen(env, folder);
  if (name === undefined || name === 'default') return env;
  // The docker command names a context's folders so.
  const id = createHash('sha256').update(name).digest('hex');
  const host = hostOf(path.join(folder, 'contexts/meta', id, 'meta.json'));
  if (host === undefined) {
    throw new McptuiError('invalid', `${by} names the docker context ${wordFor(name)}, which has no address here`, {
      hint: 'see docker context ls, choose another with docker context use, or set DOCKER_HOST',
    });
  }
  const keys = path.join(folder, 'contexts/tls', id, 'docker');
  const tls = existsSync(path.join(keys, 'key.pem')) ? { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: keys } : {};
  return { ...env, DOCKER_HOST: host, ...tls };
}

function chosen(env: Env, folder: string): readonly [name: string | undefined, by: string] {
  const named = env.DOCKER_CONTEXT ?? '';
  if (named !== '') return [named, 'DOCKER_CONTEXT'];
  const file = path.join(folder, 'config.json');
  return [text(member(read(file), 'currentContext')), file];
}

function hostOf(file: string): string | undefined {
  return text(member(member(member(read(file), 'Endpoints'), 'docker'), 'Host'));
}

/** Undefined for what is not there, or is no JSON: the docker command has its own words for that. */
function read(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
