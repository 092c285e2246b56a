import { afterEach, describe, expect, it } from 'vitest';
import type { Failure, InstanceView, Server } from '../../../src/engine/index.ts';
import { aFailure } from '../../support/builders/failures.ts';
import { aServer, anInstance, fixtureNow } from '../../support/worlds/fixture-engine.ts';
import { openApp, type OpenApp } from '../../support/worlds/open-app.tsx';

let app: OpenApp | undefined;
afterEach(() => {
  app?.close();
  app = undefined;
});

const enter = '\r';
const retry = {
  attemptCount: 3,
  lastAttemptAt: fixtureNow - 1_000,
  nextRetryAt: fixtureNow + 29_000,
  reason: 'failed',
};
const well = anInstance({ id: 'ins_web', name: 'web-1', server: 'web', serverId: 'srv_web' });

const url: Server['source'] = {
  kind: 'url',
  url: 'https://mcp.example.com/mpc',
  transport: 'streamable-http',
  headers: [],
  allowPrivate: false,
  allowHttp: false,
  revision: 'auto',
};

interface Shown {
  readonly failure?: Failure;
  readonly part?: Partial<InstanceView>;
  /** What the operator's editor finds and puts in its place. */
  readonly replaced?: readonly [string, string];
}

/** The first screen, wide enough for each row: one that fails, one that is well. */
async function first({ failure, part, replaced }: Shown): Promise<OpenApp> {
  const failed: Partial<InstanceView> =
    failure === undefined ? {} : { phase: 'error', retry, failure: aFailure(failure) };
  const row = anInstance({ id: 'ins_fs', name: 'fs-1', server: 'fs', serverId: 'srv_fs', ...failed, ...part });
  const isUrl = row.runtime === 'remote';
  const source: Server['source'] = isUrl ? url : { kind: 'command', command: ['/opt/fs/sevre'] };
  app = await openApp({
    columns: 200,
    instances: [well, row],
    servers: [
      aServer({ id: 'srv_web', name: 'web' }),
      aServer({ id: 'srv_fs', name: 'fs', runtime: row.runtime, source }),
    ],
    logs: [{ n: 1, at: fixtureNow, stream: 'stderr', text: 'cannot open fs.db: permission denied' }],
    edit: (text) => (replaced === undefined ? undefined : text.replace(...replaced)),
  });
  expect(app.line('▸')).toContain('fs-1');
  return app;
}

/** The row's reason and next step. */
const reasonOf = (on: OpenApp): string => on.line('▸').replace(/│$/, '').trimEnd();

const missing = (backend: 'file' | 'env'): Failure => ({
  kind: 'secret',
  unresolved: [
    { name: 'TOKEN', backend, path: backend === 'env' ? 'FS_TOKEN' : 'fs', cause: 'not set', isMissing: true },
  ],
});
const command = (errno: string): Failure => ({ kind: 'command', file: '/opt/fs/sevre', errno });
const remote = { runtime: 'remote', via: 'http' } as const;

describe('what fails at 3 a.m.', () => {
  it('secret missing in the file: u, the value, enter', async () => {
    const on = await first({ failure: missing('file') });
    expect(reasonOf(on)).toMatch(/SECRET_UNRESOLVED TOKEN → u secret fs$/);
    await on.press('u');
    await on.send('\u001B[200~a-value\u001B[201~');
    await on.pass(300);
    await on.press(enter);
    expect(on.engine.kept.get('fs')).toBe('a-value');
  });

  it('variable of the engine missing: the row says with what to start it, e names another secret', async () => {
    const on = await first({ failure: missing('env'), replaced: ['env: {}', 'env:\n  TOKEN: secret:file/fs'] });
    expect(reasonOf(on)).toMatch(/SECRET_UNRESOLVED TOKEN → start the engine with FS_TOKEN set$/);
    await on.press('e');
    await on.pass(300);
    expect(on.engine.asked).toEqual(['updateServer fs env TOKEN']);
  });

  it.each<readonly [what: string, failure: Failure, reason: string]>([
    ['command not found', command('ENOENT'), 'COMMAND_NOT_FOUND command /opt/fs/sevre was not found'],
    [
      'working folder not there',
      { kind: 'folder', state: 'absent', folder: '/srv/fs', errno: 'ENOENT' },
      'CWD_NOT_FOUND its working folder /srv/fs is not there',
    ],
    [
      'hang in initialize, nothing written',
      {
        kind: 'timeout',
        message: 'initialize was not answered within 8s',
        seen: { kind: 'nothing', isPackage: false },
      },
      'INITIALIZE_TIMEOUT initialize was not answered within 8s, and it wrote nothing to stdout or stderr',
    ],
  ])('%s: e corrects the definition', async (_what, failure, reason) => {
    const on = await first({ failure, replaced: ['/opt/fs/sevre', '/opt/fs/serve'] });
    expect(reasonOf(on)).toContain(reason.slice(0, 70));
    expect(reasonOf(on)).toMatch(/ → e edit$/);
    await on.press('e');
    await on.pass(300);
    expect(on.engine.asked).toEqual(['updateServer fs command']);
    expect(on.engine.view().servers.get('srv_fs')?.source).toMatchObject({ command: ['/opt/fs/serve'] });
  });

  it.each<readonly [what: string, failure: Failure, part: Partial<InstanceView>, reason: string, fix: string]>([
    ['program not executable', command('EACCES'), {}, 'COMMAND_NOT_EXECUTABLE', 'chmod +x /opt/fs/sevre'],
    [
      'image missing',
      { kind: 'image-unavailable', image: 'fs/mcp:1', reason: 'no such image' },
      { runtime: 'docker' },
      'IMAGE_UNAVAILABLE image fs/mcp:1: no such image',
      'docker pull fs/mcp:1',
    ],
    [
      'login needed',
      { kind: 'login', needs: 'login', message: 'it wants a login', hint: 'mcptui login fs' },
      remote,
      'OAUTH_REQUIRED it wants a login',
      'mcptui login fs',
    ],
  ])('%s: the row names the command, y f copies it, R tries again', async (_what, failure, part, reason, fix) => {
    const on = await first({ failure, part });
    expect(reasonOf(on)).toContain(reason);
    expect(reasonOf(on).endsWith(` → ${fix}`)).toBe(true);
    await on.press('y', 'f');
    expect(on.copied).toEqual([fix]);
    await on.press('R');
    expect(on.engine.asked).toEqual(['retry ins_fs']);
  });

  it.each<readonly [what: string, failure: Failure, reason: string, step: string]>([
    [
      'exit before initialize with a stack',
      {
        kind: 'exit',
        isInitialized: false,
        code: 1,
        signal: null,
        lastLines: ['Error: FS_DB is not set', 'at boot (/srv/fs.js:12:9)'],
      },
      'STDIO_EXIT_BEFORE_INIT exit code 1: Error: FS_DB is not set',
      'l logs',
    ],
    [
      'hang in initialize, with words on stderr',
      {
        kind: 'timeout',
        message: 'initialize was not answered within 8s',
        seen: { kind: 'stderr', lines: ['waiting for fs.db'], isFetching: false },
      },
      'INITIALIZE_TIMEOUT initialize was not answered within 8s: waiting for fs.db',
      'l logs',
    ],
    [
      'initialize answered with an error',
      {
        kind: 'protocol',
        code: 'INITIALIZE_ERROR',
        message: 'initialize was answered with error -32603: no database',
        hint: 'mcptui logs fs-1',
      },
      'INITIALIZE_ERROR initialize was answered with error -32603: no database',
      'l logs, e edit',
    ],
  ])('%s: l shows what it wrote', async (_what, failure, reason, step) => {
    const on = await first({ failure });
    expect(reasonOf(on)).toContain(reason);
    expect(reasonOf(on).endsWith(` → ${step}`)).toBe(true);
    await on.press('l');
    await on.settle();
    expect(on.screen()).toContain('cannot open fs.db: permission denied');
  });

  it.each<readonly [what: string, failure: Failure, reason: string]>([
    [
      'connection refused',
      {
        kind: 'unreachable',
        code: 'UNREACHABLE',
        message: 'https://mcp.example.com/mpc: ECONNREFUSED',
        brief: 'ECONNREFUSED 192.0.2.1:443',
      },
      'UNREACHABLE ECONNREFUSED 192.0.2.1:443',
    ],
    [
      'HTTP 401',
      {
        kind: 'login',
        needs: 'credentials',
        message: 'https://mcp.example.com/mpc answered HTTP 401',
        brief: 'answered HTTP 401',
      },
      'UNAUTHORIZED answered HTTP 401',
    ],
    [
      'HTTP 404',
      {
        kind: 'protocol',
        code: 'HTTP_STATUS',
        message: 'https://mcp.example.com/mpc answered HTTP 404',
        brief: 'answered HTTP 404',
      },
      'HTTP_STATUS answered HTTP 404',
    ],
    [
      'an address that is refused',
      {
        kind: 'refused',
        code: 'REDIRECT_REFUSED',
        message: 'https://mcp.example.com/mpc: it leads to another host',
        brief: 'it leads to another host',
      },
      'REDIRECT_REFUSED it leads to another host',
    ],
  ])('%s: e corrects the URL', async (_what, failure, reason) => {
    const on = await first({ failure, part: remote, replaced: ['/mpc', '/mcp'] });
    expect(reasonOf(on)).toMatch(new RegExp(`${reason} → e edit$`));
    await on.press('e');
    await on.pass(300);
    expect(on.engine.asked).toEqual(['updateServer fs url']);
    expect(on.engine.view().servers.get('srv_fs')?.source).toMatchObject({ url: 'https://mcp.example.com/mcp' });
  });

  it('a tool that fails its probe: p probes at once', async () => {
    const on = await first({ part: { health: 'unhealthy', healthReason: 'PROBE_TOOL_ERROR "token is required"' } });
    expect(reasonOf(on)).toMatch(/PROBE_TOOL_ERROR "token is required" → p probe$/);
    await on.press('p');
    expect(on.engine.asked).toEqual(['probe ins_fs']);
  });

  it('Docker away: nothing is to be done, the row says what it waits for', async () => {
    const away: Failure = { kind: 'runtime-away', runtime: 'docker', state: 'absent', reason: 'no daemon answers' };
    const on = await first({ failure: away, part: { runtime: 'docker' } });
    expect(reasonOf(on)).toMatch(/DOCKER_ABSENT no daemon answers → retries when Docker is back$/);
  });

  it('another service where Docker should be: what to set, not that it is waited for', async () => {
    const other: Failure = { kind: 'runtime-away', runtime: 'docker', state: 'other-service', reason: 'HTTP 404' };
    const on = await first({ failure: other, part: { runtime: 'docker' } });
    expect(reasonOf(on)).toMatch(/DOCKER_OTHER_SERVICE HTTP 404 → start the engine with DOCKER_HOST set to Docker/);
    expect(reasonOf(on)).not.toContain('retries when');
  });

  it('at 80 columns the key stands where the whole step has no room', async () => {
    const image: Failure = {
      kind: 'image-unavailable',
      image: 'registry.example.com/tools/fs:1.4',
      reason: 'no such image',
    };
    const row = anInstance({
      id: 'ins_fs',
      name: 'fs-1',
      phase: 'error',
      retry,
      failure: aFailure(image),
      runtime: 'docker',
    });
    app = await openApp({ columns: 80, rows: 24, instances: [row] });
    expect(app.line('▸')).toMatch(/→ e edit/);
  });
});
