/** Makes failures of what the connection, a process and a runtime tell, and takes secrets out of them. Pure. */
import { defined } from '../../kernel/defined.ts';
import type { ConnectFailure } from '../../mcp/types/connection.ts';
import type { Failure, FailureOf, Seen } from '../../store/schema/failure.ts';
import type { Exit } from '../ports.ts';
import { inUse, lastWords, type Printed } from './evidence.ts';

type Unconnected = FailureOf<'timeout' | 'unreachable' | 'login' | 'refused' | 'rate-limited' | 'protocol'>;

/** Why there is no connection, or none any more. */
export function connectFailure({ code, message, brief, bare, hint, retryAfterMs }: ConnectFailure): Unconnected {
  const agents = bare === message ? undefined : bare;
  const said = { message, ...defined({ brief, bare: agents, hint }) };
  switch (code) {
    case 'INITIALIZE_TIMEOUT':
      return { kind: 'timeout', ...said };
    case 'UNREACHABLE':
    case 'LOST':
    case 'SESSION_GONE':
      return { kind: 'unreachable', code, ...said };
    case 'OAUTH_REQUIRED':
      return { kind: 'login', needs: 'login', ...said };
    case 'UNAUTHORIZED':
      return { kind: 'login', needs: 'credentials', ...said };
    case 'ADDRESS_REFUSED':
    case 'REDIRECT_REFUSED':
      return { kind: 'refused', code, ...said };
    case 'RATE_LIMITED':
      return { kind: 'rate-limited', ...said, ...defined({ retryAfterMs }) };
    case 'INITIALIZE_ERROR':
    case 'VERSION_MISMATCH':
    case 'HTTP_STATUS':
    case 'BAD_ANSWER':
      return { kind: 'protocol', code, ...said, ...defined({ retryAfterMs }) };
  }
}

/** The end of a process with its last words. `others`: instances of its server that run. */
export function exitFailure(
  { code, signal, reason }: Exit,
  isInitialized: boolean,
  { stderr }: Printed,
  others: number,
): FailureOf<'exit'> {
  const lastLines = lastWords(stderr);
  const facts = defined({ reason, inUse: inUse(lastLines, others) });
  return { kind: 'exit', isInitialized, code, signal, lastLines: [...lastLines], ...facts };
}

/** How long the server itself wants to be left alone. */
export function askedWaitMs(failure: Failure | undefined): number | undefined {
  return failure !== undefined && 'retryAfterMs' in failure ? failure.retryAfterMs : undefined;
}

/** The same with the values of secrets taken out of whatever text came from outside. */
export function maskedFailure(failure: Failure, mask: (text: string) => string): Failure {
  switch (failure.kind) {
    case 'secret':
      return {
        ...failure,
        unresolved: failure.unresolved.map((entry) => ({
          ...entry,
          name: mask(entry.name),
          path: mask(entry.path),
          cause: mask(entry.cause),
        })),
      };
    case 'runtime-away':
    case 'hung':
      return { ...failure, reason: mask(failure.reason) };
    case 'image-unavailable':
    case 'container':
      return { ...failure, image: mask(failure.image), reason: mask(failure.reason) };
    case 'image-changed':
    case 'secrets-undelivered':
      return { ...failure, image: mask(failure.image) };
    case 'mount': {
      const real = failure.real === undefined ? {} : { real: mask(failure.real) };
      return { ...failure, folder: mask(failure.folder), ...real };
    }
    case 'command':
      return { ...failure, file: mask(failure.file), errno: mask(failure.errno) };
    case 'folder':
      return failure.folder === undefined ? failure : { ...failure, folder: mask(failure.folder) };
    case 'exit': {
      const reason = failure.reason === undefined ? {} : { reason: mask(failure.reason) };
      return { ...failure, ...reason, lastLines: failure.lastLines.map(mask) };
    }
    case 'timeout': {
      const seen = failure.seen === undefined ? {} : { seen: maskedSeen(failure.seen, mask) };
      return { ...failure, ...maskedWords(failure, mask), ...seen };
    }
    case 'unreachable':
    case 'login':
    case 'refused':
    case 'rate-limited':
    case 'protocol':
    case 'other':
      return { ...failure, ...maskedWords(failure, mask) };
    case 'runtime-missing':
    case 'runtime-mismatch':
    case 'suspect':
    case 'bug':
    case 'aborted':
      return failure;
  }
}

function maskedSeen(seen: Seen, mask: (text: string) => string): Seen {
  switch (seen.kind) {
    case 'certificate':
      return { ...seen, line: mask(seen.line) };
    case 'stdout':
      return { ...seen, line: mask(seen.line), ...(seen.stderr === undefined ? {} : { stderr: mask(seen.stderr) }) };
    case 'stderr':
      return { ...seen, lines: seen.lines.map(mask) };
    case 'nothing':
      return seen;
  }
}

type Words = Pick<FailureOf<'other'>, 'message' | 'brief' | 'bare'>;

function maskedWords({ message, brief, bare }: Words, mask: (text: string) => string): Words {
  return {
    message: mask(message),
    ...(brief === undefined ? {} : { brief: mask(brief) }),
    ...(bare === undefined ? {} : { bare: mask(bare) }),
  };
}
