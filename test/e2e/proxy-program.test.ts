/** The built `mcptui proxy` as a process: its ends, its errors, the daemon that it starts. */
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, Peer, type Message } from '../support/worlds/mcp-harness.ts';
import { startRealHost, type RealHost } from '../support/worlds/real-host.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const bin = path('../../bin/mcptui.js');

let host: RealHost;
beforeAll(async () => {
  host = await startRealHost();
});
afterAll(() => host.close());

interface Proxy extends Peer {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
}

function proxy(
  extra: { readonly env?: NodeJS.ProcessEnv; readonly args?: readonly string[]; readonly program?: string } = {},
): Proxy {
  const child = spawn(process.execPath, [extra.program ?? bin, 'proxy', ...(extra.args ?? ['--no-start'])], {
    env: { ...host.env, ...extra.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const stream = { on: child.stdout.on.bind(child.stdout), write: child.stdin.write.bind(child.stdin) };
  return Object.assign(new Peer(stream as never), { child, exited });
}

async function initialize(peer: Peer, protocolVersion = '2025-11-25'): Promise<Message> {
  const answer = await peer.request('initialize', {
    protocolVersion,
    capabilities: {},
    clientInfo: { name: 'raw', version: '1' },
  });
  peer.notify('notifications/initialized');
  return answer['result'] as Message;
}

describe('mcptui proxy', () => {
  it.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'])('speaks %s', async (version) => {
    const agent = proxy();
    expect(await initialize(agent, version)).toMatchObject({ protocolVersion: version });
    const answer = await agent.request('tools/call', { name: 'everything__echo', arguments: { message: version } });
    expect(answer['result']).toMatchObject({ content: [{ text: `Echo: ${version}` }] });
    agent.child.stdin?.end();
    expect(await agent.exited).toBe(0);
  });

  it('exits when its input ends or it is told to, with a call in flight, and leaves no session behind', async () => {
    const before = host.router.agents.sessions().length;
    for (const [end, code] of [
      [(agent: Proxy) => agent.child.stdin?.end(), 0],
      [(agent: Proxy) => agent.child.kill('SIGTERM'), 143],
      [(agent: Proxy) => agent.child.kill('SIGINT'), 130],
    ] as const) {
      const agent = proxy();
      await initialize(agent);
      const params = {
        name: 'everything__trigger-long-running-operation',
        arguments: { duration: 60, steps: 600 },
        _meta: { progressToken: 1 },
      };
      agent.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
      await agent.untilMethod('notifications/progress');
      end(agent);
      expect(await agent.exited).toBe(code);
      await eventually(() => host.router.agents.sessions().length === before, 'the end of the session');
    }
  });

  it('brings large answers whole to an agent that reads in fits and starts', { timeout: 60_000 }, async () => {
    const agent = proxy();
    await initialize(agent);
    const { stdout } = agent.child;
    const fits = setInterval(() => (stdout?.isPaused() === true ? stdout.resume() : stdout?.pause()), 3);
    try {
      for (const bytes of [10, 40_000, 70_000, 1_000_000, 8_000_000, 20, 3_000_000, 65_536, 131_072, 5_000_000]) {
        const answers = await Promise.all(
          [1, 2].map(() => agent.request('tools/call', { name: 'bulk__blob', arguments: { bytes } })),
        );
        for (const { result } of answers) {
          const [first] = (result as { content: { text: string }[] }).content;
          expect(first?.text.length).toBe(bytes);
        }
        agent.received.length = 0;
        agent.raw.length = 0;
      }
    } finally {
      clearInterval(fits);
      stdout?.resume();
      agent.child.stdin?.end();
    }
    expect(await agent.exited).toBe(0);
  });

  it('says in one sentence what is wrong, on stderr only', async () => {
    for (const [extra, code, sentence] of [
      [{ args: ['--no-start', '--project', 'nope'] }, 6, /^mcptui proxy: no project nope \(.*\)\n$/],
      [{ args: ['--no-start', '--what'] }, 2, /^mcptui proxy: unknown argument --what\n/],
      [
        { env: { MCPTUI_SOCKET: join(host.folder, 'nobody.sock') } },
        4,
        /^mcptui proxy: no mcptui engine is running.*\n$/,
      ],
    ] as const) {
      const agent = proxy(extra);
      let said = '';
      agent.child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
      expect(await agent.exited).toBe(code);
      expect(said).toMatch(sentence);
      expect(agent.raw).toEqual([]);
    }
  });

  it('loads nothing but what it needs', () => {
    const text = readFileSync(path('../../dist/stdio-proxy.cjs'), 'utf8');
    const required = [...text.matchAll(/(?:require|import)\("([^"]+)"\)/g)].map(([, name]) => name);
    expect(new Set(required)).toEqual(
      new Set(['node:path', 'node:os', 'node:util', 'node:net', 'node:child_process', 'node:fs']),
    );
  });

  it(
    'starts one daemon for two agents that come at once, and both survive its death',
    { timeout: 60_000 },
    async () => {
      const home = mkdtempSync(join(tmpdir(), 'mcptui-start-'));
      // An installed program whose daemon is the test's own host.
      mkdirSync(join(home, 'bin'));
      cpSync(path('../../dist/stdio-proxy.cjs'), join(home, 'dist/stdio-proxy.cjs'));
      const hosted = {
        socketPath: join(home, 'run/engine.sock'),
        servers: [{ name: 'echo', command: [process.execPath, path('../fixtures/conformance-server.ts')] }],
      };
      const pids = join(home, 'pids');
      mkdirSync(pids);
      writeFileSync(
        join(home, 'bin/mcptui.js'),
        `const { execPath, argv } = process;
       if (argv[2] === 'proxy') require('../dist/stdio-proxy.cjs');
       else {
         require('fs').writeFileSync(${JSON.stringify(pids)} + '/' + process.pid, argv[2]);
         process.argv[1] = ${JSON.stringify(path('../support/worlds/mini-host.ts'))};
         process.argv[2] = ${JSON.stringify(JSON.stringify(hosted))};
         import(process.argv[1]);
       }`,
      );
      const options = { program: join(home, 'bin/mcptui.js'), args: [], env: { MCPTUI_HOME: home, MCPTUI_SOCKET: '' } };
      const alive = (): number[] => readdirSync(pids).map(Number).filter(isAlive);
      const agents = [proxy(options), proxy(options)];
      try {
        for (const agent of agents) {
          await initialize(agent);
          expect(await agent.request('tools/call', { name: 'echo__test_simple_text' })).toHaveProperty('result');
        }
        await eventually(() => alive().length === 1, 'one daemon');
        expect(readFileSync(join(pids, String(alive()[0])), 'utf8')).toBe('--daemon');
        const calls = agents.map((agent) =>
          agent.request('tools/call', { name: 'echo__test_reconnection' }, 'in flight'),
        );
        process.kill(alive()[0] ?? 0, 'SIGKILL');
        for (const answer of await Promise.all(calls)) {
          expect(answer['error']).toMatchObject({
            code: -32000,
            message: expect.stringContaining('may have run') as string,
          });
        }
        for (const agent of agents) {
          await agent.untilMethod('notifications/tools/list_changed');
          expect(await agent.request('tools/call', { name: 'echo__test_simple_text' })).toHaveProperty('result');
        }
        await eventually(() => alive().length === 1, 'one daemon');
      } finally {
        for (const agent of agents) agent.child.stdin?.end();
        await Promise.all(agents.map(({ exited }) => exited));
        for (const pid of alive()) process.kill(pid, 'SIGTERM');
        await eventually(() => alive().length === 0, 'the end of the daemon');
        rmSync(home, { recursive: true, force: true });
      }
    },
  );
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
