import { describe, expect, it } from 'vitest';
import { lastWords, seenOf } from '../../../src/engine/instances/evidence.ts';
import { exitFailure } from '../../../src/engine/instances/failure-facts.ts';
import { seenWords } from '../../../src/engine/instances/failure-words.ts';
import { told } from '../../support/builders/failures.ts';

const NODE = `/srv/slack/index.js:12
  throw err;
  ^

Error: Cannot find module 'x'
    at boot (/srv/slack/index.js:12:9)
    at Object.<anonymous> (/srv/slack/index.js:40:1) {
  code: 'MODULE_NOT_FOUND',
  requireStack: []
}

Node.js v24.1.0`;
const PYTHON = `Traceback (most recent call last):
  File "/srv/x.py", line 3, in <module>
    main()
    ~~~~^^
  File "/srv/x.py", line 2, in main
    raise ValueError("no token")
ValueError: no token`;
const JAVA = `Exception in thread "main" java.lang.RuntimeException: start failed
\tat a.Main.main(Main.java:5)
Caused by: java.net.ConnectException: Connection refused
\tat b.C.d(C.java:1)
\t... 3 more`;
const NPM = `npm error code ECONNREFUSED
npm error syscall connect
npm error errno -111
npm error FetchError: request to http://127.0.0.1:9/x failed, reason: connect ECONNREFUSED 127.0.0.1:9
npm error     at ClientRequest.<anonymous> (/usr/lib/node_modules/npm/node_modules/minipass-fetch/lib/index.js:130:14) {
npm error   code: 'ECONNREFUSED',
npm error   type: 'system'
npm error }
npm error
npm error If you are behind a proxy, please make sure that the 'proxy' config is set properly.  See: 'npm help config'
npm error A complete log of this run can be found in: /root/.npm/_logs/x-debug-0.log`;
const GO = `panic: no config

goroutine 1 [running]:
main.main()
\t/srv/main.go:4 +0x1d`;

describe('lastWords', () => {
  it.each([
    ['Node', NODE, "Error: Cannot find module 'x'"],
    ['Python', PYTHON, 'ValueError: no token'],
    ['Java', JAVA, 'Caused by: java.net.ConnectException: Connection refused'],
    [
      'npm',
      NPM,
      'npm error FetchError: request to http://127.0.0.1:9/x failed, reason: connect ECONNREFUSED 127.0.0.1:9',
    ],
    ['Go', GO, 'panic: no config'],
    ['a plain program', 'starting\nport 80: permission denied\nbye', 'port 80: permission denied'],
    ['a program of few words', 'one\ntwo', 'one'],
  ])('of %s begin with the line that tells why', (_what, text, first) => {
    const words = lastWords(text.split('\n'));
    expect(words[0]).toBe(first);
    expect(words.length).toBeLessThanOrEqual(5);
    expect(words.filter((line) => /^at |^\^|^Node\.js/.test(line))).toEqual([]);
  });

  it('say what is repeated once, and frames where there is nothing else', () => {
    expect(lastWords(['FATAL no key', 'FATAL no key', 'FATAL no key'])).toEqual(['FATAL no key']);
    expect(lastWords(['    at boot (x.js:1:1)'])).toEqual(['at boot (x.js:1:1)']);
    expect(lastWords(['', '  '])).toEqual([]);
  });
});

describe('what is seen without an answer', () => {
  const of = (stderr: readonly string[], stdout: readonly string[] = [], isPackage = false) =>
    seenWords(seenOf({ stderr, stdout }, isPackage), { instance: 'x-1', server: 'x' });

  it('quotes what stdout held instead of JSON-RPC', () => {
    const { words, hint } = of(['warning: old'], ['Server listening on 3000']);
    expect(words).toBe(
      ': it wrote "Server listening on 3000" to stdout, which is not JSON-RPC; and to stderr: warning: old',
    );
    expect(hint).toContain('--stdio');
  });

  it('names a certificate that is not trusted, and what makes it so for all servers', () => {
    const { words, hint } = of(
      ['npm http fetch GET https://r/x attempt 1 failed with SELF_SIGNED_CERT_IN_CHAIN'],
      [],
      true,
    );
    expect(words).toContain('SELF_SIGNED_CERT_IN_CHAIN');
    expect(hint).toContain('NODE_EXTRA_CA_CERTS');
  });

  it('speaks of a download only where there may be one', () => {
    expect(of(['npm http fetch GET 200 https://r/x 90ms'], [], true).hint).toContain('--start-timeout');
    expect(of([], [], true).hint).toContain('--start-timeout');
    expect(of(['waiting for the database']).hint).not.toContain('download');
    expect(of([])).toEqual({
      words: ', and it wrote nothing to stdout or stderr',
      hint: 'mcptui logs x-1; check whether it speaks MCP on stdio',
    });
  });
});

describe('what seems to be in use', () => {
  const hintOf = (stderr: readonly string[], others: number) =>
    told(exitFailure({ code: 1, signal: null }, false, { stderr, stdout: [] }, others)).hint;

  it.each([
    'Error: listen EADDRINUSE: address already in use :::3000',
    'sqlite3.OperationalError: database is locked',
    'Failed to create /home/u/.config/chrome/SingletonLock: File exists (17)',
  ])('leads from %j to one instance for all sessions', (line) => {
    expect(hintOf([line], 1)).toContain('mcptui set isolation fs shared');
    expect(hintOf([line], 0)).toContain('another program');
  });

  it('says nothing of other failures', () => {
    expect(hintOf(['Error: no token'], 1)).toBe('mcptui logs fs-1');
  });
});
