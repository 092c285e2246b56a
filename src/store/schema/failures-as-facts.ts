/**
 * Turns a failure that was recorded as a code and a sentence into facts by kind. This is the one place where sentences of
 * mcptui are taken apart, and only those of versions before format 2.
 */
import type { JsonObject } from '../../kernel/json.ts';

/** A step of the store's migrations. */
export const failuresAsFacts = {
  to: 2,
  describe: 'why an instance failed is kept as facts by kind, no longer as a code and a sentence',
  row(collection: string, row: JsonObject): JsonObject {
    const { failure } = row;
    if (collection !== 'instances' || !isObject(failure)) return row;
    return { ...row, failure: factsOf(failure) };
  },
};

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const AWAY: Readonly<Record<string, string>> = {
  DOCKER_ABSENT: 'absent',
  DOCKER_REFUSED: 'refused',
  DOCKER_NOT_PERMITTED: 'not-permitted',
  DOCKER_HUNG: 'hung',
  DOCKER_WENT_AWAY: 'went-away',
};

function factsOf(failure: JsonObject): JsonObject {
  const { code, message, hint, bare, retryAfterMs } = failure;
  if (typeof code !== 'string' || typeof message !== 'string') return failure;
  const said = present({ message, brief: withoutAddress(message), bare, hint });
  const away = AWAY[code];
  if (away !== undefined) {
    return { kind: 'runtime-away', runtime: 'docker', state: away, ...present({ reason: message, hint }) };
  }
  switch (code) {
    case 'SECRET_UNRESOLVED': {
      const unresolved = secretsIn(message);
      if (unresolved.length > 0) return { kind: 'secret', unresolved };
      break;
    }
    case 'OAUTH_REQUIRED':
      return { kind: 'login', needs: 'login', ...said };
    case 'UNAUTHORIZED':
      return { kind: 'login', needs: 'credentials', ...said };
    case 'UNREACHABLE':
    case 'LOST':
    case 'SESSION_GONE':
      return { kind: 'unreachable', code, ...said };
    case 'ADDRESS_REFUSED':
    case 'REDIRECT_REFUSED':
      return { kind: 'refused', code, ...said };
    case 'RATE_LIMITED':
      return { kind: 'rate-limited', ...said, ...present({ retryAfterMs }) };
    case 'INITIALIZE_ERROR':
    case 'VERSION_MISMATCH':
    case 'HTTP_STATUS':
    case 'BAD_ANSWER':
      return { kind: 'protocol', code, ...said, ...present({ retryAfterMs }) };
  }
  return { kind: 'other', code, ...said, ...present({ retryAfterMs }) };
}

/** `secret resolution failed: NAME: file/PATH: cause; NAME: …`; a cause may hold any of these marks. */
function secretsIn(message: string): JsonObject[] {
  const found: Record<string, string | boolean>[] = [];
  for (const part of message.slice(message.indexOf(': ') + 2).split('; ')) {
    const [name = '', key = '', ...rest] = part.split(': ');
    const [backend = '', ...path] = key.split('/');
    const last = found.at(-1);
    if ((backend === 'env' || backend === 'file') && path.length > 0 && rest.length > 0) {
      found.push({ name, backend, path: path.join('/'), cause: rest.join(': ') });
    } else if (last !== undefined) last['cause'] = `${String(last['cause'])}; ${part}`;
  }
  return found.map((entry) => ({ ...entry, isMissing: entry['cause'] === 'no such entry' }));
}

/** What is said of a remote server begins with its address; undefined where it does not. */
function withoutAddress(message: string): string | undefined {
  if (!message.startsWith('http://') && !message.startsWith('https://')) return undefined;
  const end = message.indexOf(' ');
  return end === -1 ? undefined : message.slice(end + 1);
}

function present(fields: JsonObject | Record<string, unknown>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as JsonObject;
}
