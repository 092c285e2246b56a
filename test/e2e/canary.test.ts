/**
 * A canary in every secret, of every backend and in every place that takes one: looked for wherever the built program writes,
 * paints, answers or starts something. Only servers may have it.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InstanceView } from '../../src/engine/index.ts';
import { BaoServer } from '../support/fakes/bao-server.ts';
import { ScriptedServer } from '../support/fakes/scripted-server.ts';
import { openAgent } from '../support/worlds/agent.ts';
import { skipDocker, TEST_IMAGE } from '../support/worlds/docker.ts';
import { send } from '../support/worlds/http-client.ts';
import { openTui, type Tui } from '../support/worlds/open-tui.ts';
import { aHome, contractServer, textEnv, type Daemon, type Home } from '../support/worlds/run-mcptui.ts';
import { until } from '../support/until.ts';

const canaries = {
  env: 'zq-canary-1-of-the-environment',
  file: 'zq-canary-2-of-the-file',
  bao: 'zq-canary-3-of-openbao',
  printed: 'zq-canary-4-printed-by-a-program',
  header: 'zq-canary-5-of-a-header',
  url: 'zq-canary-6-of-a-url',
  secretId: 'zq-canary-7-to-log-in',
  former: 'zq-canary-8-before-rotation',
} as const;

/** As it is, and as programs write it. */
const forms = Object.entries(canaries).flatMap(([name, value]) => [
  [name, value],
  [`${name} in base64`, Buffer.from(value).toString('base64').slice(2, -4)],
  [`${name} in hex`, Buffer.from(value).toString('hex')],
]);
const foundIn = (text: string): readonly string[] =>
  forms.flatMap(([name = '', form = '']) => (text.includes(form) ? [name] : []));

const SPOKEN = '{secret:env/CANARY} {secret:file/told} {secret:bao/kv/box#token} {secret:pass/any}';

const hasDocker = !skipDocker('the canary in a container');
let home: Home;
let daemon: Daemon;
let bao: BaoServer;
let far: ScriptedServer;
let away: string;
let tui: Tui | undefined;

const run = async (args: readonly string[], input?: string): Promise<string> => {
  const { stdout, stderr, code } = await home.mcptui(args, input === undefined ? {} : { input });
  if (code !== 0) throw new Error(`mcptui ${args.join(' ')} exited ${code}: ${stderr}`);
  return stdout;
};

beforeAll(async () => {
  home = aHome();
  away = mkdtempSync(path.join(tmpdir(), 'mcptui-canary-'));
  bao = await BaoServer.start(() => performance.now());
  bao.roles.set('role-1', canaries.secretId);
  bao.put('kv/box', { token: canaries.bao, header: canaries.header, url: canaries.url });
  far = await ScriptedServer.start();
  writeFileSync(path.join(away, 'any'), `${canaries.printed}\n`);
  await run(['create', 'secret', 'told'], `${canaries.former}\n`);
  await run(['create', 'secret', 'told', '--rotate'], `${canaries.file}\n`);
  await run(['create', 'secret', 'sid'], canaries.secretId);
  daemon = await home.daemon({ CANARY: canaries.env, MCPTUI_LOG_LEVEL: 'debug' }, '--listen', '127.0.0.1:0');
  await run(['create', 'backend', 'pass', '--kind', 'command', '--', 'cat', `${away}/{path}`]);
  const login = ['--auth', 'approle', '--role-id', 'role-1', '--secret-id', 'secret:file/sid'];
  await run(['create', 'backend', 'bao', '--kind', 'openbao', '--url', bao.url, ...login]);
  const command = ['--', process.execPath, contractServer];
  await run(['create', 'server', 'proc', '--env', `SERVE_STDERR=given ${SPOKEN}`, ...command]);
  await run(['create', 'server', 'bad', '--env', `SERVE_STDERR=no ${SPOKEN}`, '--env', 'SERVE_EXIT=3', ...command]);
  const address = `${far.url}/{secret:bao/kv/box#url}`;
  const header = 'Authorization=Bearer {secret:bao/kv/box#header}';
  await run(['create', 'server', 'far', '--allow-private', '--url', address, '--header', header]);
  if (hasDocker) {
    const box = ['--env', `SERVE_STDERR=given ${SPOKEN}`, '--secret-file', 'TOKEN=secret:bao/kv/box#token'];
    await run(['create', 'server', 'box', '--image', TEST_IMAGE, ...box]);
  }
  const phases = async (): Promise<string> =>
    (await home.json<InstanceView[]>(['get', 'instances'])).map(({ server, phase }) => `${server} ${phase}`).join(', ');
  const wanted = ['bad error', 'proc running', 'far running', ...(hasDocker ? ['box running'] : [])];
  let seen = '';
  const areThere = async (): Promise<boolean> => {
    seen = await phases();
    return wanted.every((word) => seen.includes(word));
  };
  await until(areThere, wanted.join(', '), { everyMs: 200, now: () => seen });
  const agent = await openAgent(home.env);
  await agent.call('proc__echo', { text: `an agent repeats ${canaries.file}` });
  await agent.call('far__echo', { text: btoa(canaries.header) });
  await agent.close();
}, 120_000);
afterAll(async () => {
  await tui?.[Symbol.asyncDispose]();
  await home.close();
  await bao.close();
  await far.close();
  rmSync(away, { recursive: true, force: true });
});

describe('a canary in every secret', () => {
  it('reaches the servers, so that what follows says something', () => {
    const [first] = far.seen;
    expect(first?.headers.authorization).toBe(`Bearer ${canaries.header}`);
    expect(first?.url).toContain(canaries.url);
    expect(bao.count('auth/approle/login')).toBeGreaterThan(0);
  });

  it('is in no argv on this machine', () => {
    const argv = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        } catch {
          return '';
        }
      });
    expect(argv.some((line) => line.includes('contract-server'))).toBe(true);
    expect(foundIn(argv.join('\n'))).toEqual([]);
  });

  it.skipIf(!hasDocker)('is in nothing that docker shows of its containers', () => {
    const docker = (...args: string[]): string => {
      try {
        return execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      } catch {
        // A container of another test, which has ended since.
        return '';
      }
    };
    const ids = docker('ps', '-aq', '--no-trunc').split('\n').filter(Boolean);
    const shown = ids
      .map((id) => [docker('inspect', id), docker('diff', id), docker('logs', id)].join('\n'))
      .join('\n');
    expect(shown).toContain('TOKEN_FILE=/run/secrets/TOKEN');
    expect(foundIn(shown)).toEqual([]);
  });

  it('is in no answer of REST, of the descriptions and of the metrics', async () => {
    const token = (await run(['create', 'token', 'reader', '--operator'])).trim();
    const get = async (url: string): Promise<string> => {
      const headers = { authorization: `Bearer ${token}` };
      return (await send(`${daemon.http}${url}`, { method: 'GET', headers })).text;
    };
    const document = JSON.parse(await get('/api/v1/openapi.json')) as { paths: Record<string, { get?: object }> };
    const paths = Object.keys(document.paths).filter((url) => document.paths[url]?.get !== undefined);
    const plain = paths.filter((url) => !url.includes('{'));
    const names = ['proc', 'bad', 'far', 'box', 'proc-1', 'bad-1', 'file%2Ftold', 'bao', 'pass'];
    const single = paths
      .filter((url) => /^[^{]*\{\w+\}$/.test(url))
      .flatMap((url) => names.map((name) => url.replace(/\{\w+\}/, name)));
    const prefix = (url: string): string => (url.startsWith('/api/v1') ? url : `/api/v1${url}`);
    const answers = await Promise.all([...plain, ...single].map((url) => get(prefix(url))));
    const all = [...answers, await get('/metrics')].join('\n');
    expect(all).toContain('proc-1');
    expect(all).toContain('secret:bao/kv/box#token');
    expect(foundIn(all)).toEqual([]);
  });

  it('is in nothing that verbs print: lists, descriptions, logs, the audit and its export', async () => {
    const kinds = ['instances', 'servers', 'secrets', 'backends', 'sessions', 'audit', 'tokens', 'projects'];
    const asked: (readonly string[])[] = [
      ...kinds.map((kind) => ['get', kind, '-o', 'json']),
      ...kinds.map((kind) => ['get', kind]),
      ...['proc', 'bad', 'far'].flatMap((name) => [
        ['describe', 'server', name],
        ['describe', 'instance', `${name}-1`, '-o', 'json'],
        ['logs', `${name}-1`],
      ]),
      ['describe', 'secret', 'told'],
      ['describe', 'backend', 'bao'],
      ['describe', 'backend', 'pass'],
      ['audit', 'sessions', '-o', 'json'],
      ['info'],
    ];
    const printed: string[] = [];
    for (const args of asked) {
      const { stdout, stderr } = await home.mcptui(args);
      printed.push(stdout, stderr);
    }
    const events = await home.json<{ n: number }[]>(['get', 'audit']);
    printed.push(await run(['audit', 'export', '--from', '1', '--to', String(events.at(-1)?.n ?? 1)]));
    const all = printed.join('\n');
    expect(all).toContain('[secret file/told]');
    expect(foundIn(all)).toEqual([]);
  });

  it('is never on the painted screen, in whatever pane, detail, log or raw view', async () => {
    const console = openTui(process.execPath, [path.resolve('bin/mcptui.js')], {
      columns: 160,
      rows: 44,
      env: textEnv(home.env),
    });
    tui = console;
    await console.see('proc-1', 20_000);
    const painted: string[] = [];
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) {
        await console.press(key);
        painted.push(await console.still(150));
      }
    };
    for (let row = 0; row < 4; row++) {
      // Its detail tab by tab, its definition raw, its log.
      await press('enter', ']', ']', ']', ']', ']', 'V', 'esc', 'esc', 'l', '1', 'j');
    }
    for (const pane of ['2', '3', '4', '5', '6', '7', '8', '9']) {
      await press(pane, 'enter', 'pgdn', 'esc', pane, 'V', 'esc', 'esc', pane, 'j', 'enter', 'esc');
    }
    // Asked again, with the backends; each of them and each secret copied as JSON.
    await press('7', 'p', 'j', 'p', 'j', 'p', 'y', 'j', 'b', 'j', 'j', 'enter', 'esc', 'e', 'esc', 'esc');
    await press('5', 'f', '/', ...Array.from('echo'), 'enter', 'enter', 'V', 'esc', 'esc');
    const all = [...painted, console.output].join('\n');
    for (const text of ['[secret file/told]', 'Backends of secrets', 'bao/kv/box#token', 'proc/echo']) {
      expect(all).toContain(text);
    }
    // oxlint-disable-next-line no-control-regex -- OSC 52, as terminals take a copy
    const copied = [...console.output.matchAll(/\u001B\]52;c;([A-Za-z0-9+/=]+)/g)].map(([, text = '']) => atob(text));
    expect(foundIn([all, ...copied].join('\n'))).toEqual([]);
  }, 180_000);

  it('is shown by nothing that brings an earlier value back or changes the key of the file', async () => {
    const described = await run(['describe', 'secret', 'told']);
    expect(described).toMatch(/version: 2\n[\s\S]*fingerprint: [0-9a-f]{12}\n[\s\S]*version: 1\n/);
    const [found] = readdirSync(home.folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('secrets.key'),
    );
    const keyFile = path.join(home.folder, found ?? 'none');
    const before = readFileSync(keyFile, 'utf8');
    const said = [described, await run(['restore', 'secret', 'told', '1']), await run(['rotate', 'backend', 'file'])];
    expect(said.join('\n')).toMatch(/version 1 again[\s\S]*2 secrets are under a new key/);
    expect(readFileSync(keyFile, 'utf8')).not.toBe(before);
    const refused = await home.mcptui(['restore', 'secret', 'told', '99']);
    expect([refused.code, refused.stderr]).toEqual([6, expect.stringContaining('there are 3, 2, 1')]);
    expect(foundIn([...said, refused.stderr].join('\n'))).toEqual([]);
  });

  it('is in no file that mcptui has written: journal, logs, snapshots, settings', () => {
    const files = readdirSync(home.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const written = files.map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1'));
    expect(files.some(({ name }) => name === 'secrets.json')).toBe(true);
    expect(written.join('\n')).toContain('[secret file/told]');
    expect(foundIn(written.join('\n'))).toEqual([]);
  });
});
