import { describe, expect, it } from 'vitest';
import { connectFailure, maskedFailure } from '../../../src/engine/instances/failure-facts.ts';
import { failureWords, severityOf } from '../../../src/engine/instances/failure-words.ts';
import type { ConnectFailure } from '../../../src/mcp/types/connection.ts';
import { failureSchema, type Failure, type FailureKind } from '../../../src/store/schema/failure.ts';

const of = { instance: 'fs-1', server: 'fs' };
const SECRET = 'hunter2hunter2';
const text = `before ${SECRET} after`;

/** One of each kind at least, each text of it with a secret in it. */
const all: Readonly<Record<FailureKind, readonly (readonly [code: string, Failure])[]>> = {
  secret: [
    [
      'SECRET_UNRESOLVED',
      { kind: 'secret', unresolved: [{ name: text, backend: 'file', path: text, cause: text, isMissing: false }] },
    ],
  ],
  'runtime-away': [
    ['DOCKER_ABSENT', { kind: 'runtime-away', runtime: 'docker', state: 'absent', reason: text }],
    ['DOCKER_NOT_PERMITTED', { kind: 'runtime-away', runtime: 'docker', state: 'not-permitted', reason: text }],
    ['DOCKER_WENT_AWAY', { kind: 'runtime-away', runtime: 'docker', state: 'went-away', reason: text }],
  ],
  'runtime-missing': [['RUNTIME_UNKNOWN', { kind: 'runtime-missing', runtime: 'docker' }]],
  'runtime-mismatch': [
    ['RUNTIME_MISMATCH', { kind: 'runtime-mismatch', runtime: 'docker', source: 'url' }],
    ['RUNTIME_MISMATCH', { kind: 'runtime-mismatch', runtime: 'process', source: 'image' }],
    ['RUNTIME_MISMATCH', { kind: 'runtime-mismatch', runtime: 'remote', source: 'command' }],
  ],
  command: [
    ['COMMAND_NOT_FOUND', { kind: 'command', file: text, errno: 'ENOENT', searchPath: '/bin' }],
    ['COMMAND_NOT_EXECUTABLE', { kind: 'command', file: text, errno: 'EACCES' }],
    ['SPAWN_FAILED', { kind: 'command', file: text, errno: text }],
  ],
  folder: [
    ['CWD_NOT_FOUND', { kind: 'folder', state: 'absent', folder: text, errno: 'ENOENT' }],
    ['CWD_UNUSABLE', { kind: 'folder', state: 'unmade', folder: text, errno: 'ENOENT', syscall: 'mkdir' }],
  ],
  'image-unavailable': [['IMAGE_UNAVAILABLE', { kind: 'image-unavailable', image: text, reason: text }]],
  'image-changed': [['IMAGE_CHANGED', { kind: 'image-changed', image: text, recorded: 'sha256:1', named: 'sha256:2' }]],
  'secrets-undelivered': [['SECRETS_NOT_DELIVERED', { kind: 'secrets-undelivered', image: text, needs: '/bin/sh' }]],
  mount: [
    ['MOUNT_REFUSED', { kind: 'mount', folder: text, why: 'absent' }],
    ['MOUNT_REFUSED', { kind: 'mount', folder: text, real: `${text}/real`, why: 'not-allowed' }],
    ['MOUNT_REFUSED', { kind: 'mount', folder: text, why: 'private' }],
    ['MOUNT_REFUSED', { kind: 'mount', folder: text, why: 'elsewhere' }],
  ],
  container: [['CONTAINER_START_FAILED', { kind: 'container', image: text, reason: text }]],
  exit: [
    ['STDIO_EXIT_BEFORE_INIT', { kind: 'exit', isInitialized: false, code: 1, signal: null, lastLines: [text] }],
    ['EXITED', { kind: 'exit', isInitialized: true, code: null, signal: 'SIGKILL', reason: text, lastLines: [] }],
  ],
  hung: [['LIVENESS_LOST', { kind: 'hung', reason: text, probes: 6 }]],
  timeout: [
    ['INITIALIZE_TIMEOUT', { kind: 'timeout', message: text }],
    ['INITIALIZE_TIMEOUT', { kind: 'timeout', message: text, seen: { kind: 'certificate', line: text } }],
    ['INITIALIZE_TIMEOUT', { kind: 'timeout', message: text, seen: { kind: 'stdout', line: text, stderr: text } }],
    [
      'INITIALIZE_TIMEOUT',
      { kind: 'timeout', message: text, seen: { kind: 'stderr', lines: [text], isFetching: true } },
    ],
    ['INITIALIZE_TIMEOUT', { kind: 'timeout', message: text, seen: { kind: 'nothing', isPackage: true } }],
  ],
  unreachable: [['LOST', { kind: 'unreachable', code: 'LOST', message: text, brief: text, bare: text }]],
  login: [
    ['OAUTH_REQUIRED', { kind: 'login', needs: 'login', message: text }],
    ['UNAUTHORIZED', { kind: 'login', needs: 'credentials', message: text }],
  ],
  refused: [['ADDRESS_REFUSED', { kind: 'refused', code: 'ADDRESS_REFUSED', message: text }]],
  'rate-limited': [['RATE_LIMITED', { kind: 'rate-limited', message: text, retryAfterMs: 1 }]],
  protocol: [['VERSION_MISMATCH', { kind: 'protocol', code: 'VERSION_MISMATCH', message: text }]],
  suspect: [['ENDED_THE_ENGINE', { kind: 'suspect' }]],
  bug: [['ENGINE_BUG', { kind: 'bug', error: 'TypeError' }]],
  aborted: [['ABORTED', { kind: 'aborted' }]],
  other: [['ANY', { kind: 'other', code: 'ANY', message: text, bare: text }]],
};
const each = Object.values(all).flat();

describe('failureWords', () => {
  it.each(each)('calls it %s, in whole words', (code, failure) => {
    const words = failureWords(failure, of);
    expect(words.code).toBe(code);
    expect(words.message).not.toMatch(/undefined|\[object/);
    expect(words.hint ?? 'none').not.toMatch(/undefined|^$/);
    expect(severityOf(failure)).toBe(failure.kind === 'runtime-away' ? 'waiting' : 'error');
  });

  it('names the next step of a container engine that is away: what it says itself before what its state tells', () => {
    const away = { kind: 'runtime-away', runtime: 'docker', state: 'refused', reason: 'r' } as const;
    expect(failureWords(away, of).hint).toBe('start the Docker service');
    expect(failureWords({ ...away, hint: 'set DOCKER_HOST' }, of).hint).toBe('set DOCKER_HOST');
  });

  it('tells of each secret that did not resolve, and each step once', () => {
    const missing = { backend: 'file', path: 'a', cause: 'no such entry', isMissing: true } as const;
    const failure: Failure = {
      kind: 'secret',
      unresolved: [
        { ...missing, name: 'ONE' },
        { ...missing, name: 'TWO' },
      ],
    };
    expect(failureWords(failure, of)).toEqual({
      code: 'SECRET_UNRESOLVED',
      message: 'secret resolution failed: ONE: file/a: no such entry; TWO: file/a: no such entry',
      brief: 'ONE',
      hint: 'mcptui create secret a',
    });
  });
});

describe('maskedFailure', () => {
  it.each(each)('takes secrets out of %s, and leaves what the store takes', (_code, failure) => {
    const masked = maskedFailure(failure, (said) => said.replaceAll(SECRET, '[secret]'));
    expect(JSON.stringify(masked)).not.toContain(SECRET);
    expect(failureSchema.parse(masked)).toEqual(masked);
    expect(JSON.stringify(failureWords(masked, of))).not.toContain(SECRET);
  });
});

describe('connectFailure', () => {
  const codes: readonly ConnectFailure['code'][] = [
    'INITIALIZE_TIMEOUT',
    'INITIALIZE_ERROR',
    'VERSION_MISMATCH',
    'LOST',
    'UNREACHABLE',
    'ADDRESS_REFUSED',
    'REDIRECT_REFUSED',
    'HTTP_STATUS',
    'SESSION_GONE',
    'OAUTH_REQUIRED',
    'UNAUTHORIZED',
    'RATE_LIMITED',
    'BAD_ANSWER',
  ];
  it.each(codes)('keeps code and words of %s', (code) => {
    const failure = connectFailure({ code, message: 'm', hint: 'h', brief: 'b', bare: 'a' });
    expect(failureWords(failure, of)).toEqual({ code, message: 'm', hint: 'h', brief: 'b', bare: 'a' });
  });
});
