/** `/metrics` of the built daemon, judged by promtool and scraped by a real Prometheus; calls of a real agent as spans. */
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../src/engine/models/free-port.ts';
import { openAgent } from '../support/worlds/agent.ts';
import { send } from '../support/worlds/http-client.ts';
import { aHome, contractServer, type Daemon, type Home } from '../support/worlds/run-mcptui.ts';
import { until } from '../support/until.ts';

/** Debian's package `prometheus` has both; CI installs it, and fails without. */
const isInstalled = (program: string): boolean => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return process.env['CI'] === 'true';
  }
};

let home: Home;
let daemon: Daemon;
let token: string;
const spans: string[] = [];
const collector = createServer((request, response) => {
  request.setEncoding('utf8').on('data', (text: string) => spans.push(text));
  request.on('end', () => response.end('{}'));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  home = aHome();
  await home.mcptui(['create', 'server', 'echo', '--', process.execPath, contractServer]);
  token = (await home.mcptui(['create', 'token', 'prometheus', '--role', 'viewer'])).stdout.trim();
  const env = { MCPTUI_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}` };
  daemon = await home.daemon(env, '--listen', '127.0.0.1:0');
  await home.healthy(1);
  const agent = await openAgent(home.env, ['--no-start']);
  await agent.call('echo__echo', { text: 'hi' });
  await agent.close();
});
afterAll(async () => {
  await home.close();
  await new Promise((resolve) => collector.close(resolve));
});

const scrape = async (bearer = token) =>
  send(`${daemon.http}/metrics`, { method: 'GET', headers: { authorization: `Bearer ${bearer}` } });

describe('/metrics', () => {
  it('is for those who may view the journal', async () => {
    expect((await scrape()).status).toBe(200);
    const other = (await home.mcptui(['create', 'token', 'agents'])).stdout.trim();
    expect((await scrape(other)).status).toBe(404);
    const nobody = (await home.mcptui(['create', 'token', 'nobody', '--for', 'user:nobody'])).stdout.trim();
    expect((await scrape(nobody)).status).toBe(403);
  });

  it.skipIf(!isInstalled('promtool'))('passes promtool, which has nothing to say about it', async () => {
    const said = execFileSync('promtool', ['check', 'metrics'], { input: (await scrape()).text, encoding: 'utf8' });
    expect(said).toBe('');
  });

  it.skipIf(!isInstalled('prometheus'))('is scraped by a real Prometheus', async () => {
    const config = path.join(home.folder, 'prometheus.yml');
    const target = daemon.http?.replace('http://', '');
    const job = {
      job_name: 'mcptui',
      scrape_interval: '1s',
      authorization: { credentials: token },
      static_configs: [{ targets: [target] }],
    };
    writeFileSync(config, JSON.stringify({ scrape_configs: [job] }));
    const port = await freePort();
    const args = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${path.join(home.folder, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    const prometheus = spawn('prometheus', args, { stdio: 'ignore' });
    const query = async (): Promise<string> => {
      const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent('mcptui_calls_total{server="echo"}')}`;
      return send(url, { method: 'GET' }).then(
        ({ text }) => text,
        () => '',
      );
    };
    try {
      await until(async () => (await query()).includes('"outcome":"ok"'), 'a scraped counter', { patienceMs: 60_000 });
      expect(await query()).toContain('"server":"echo"');
    } finally {
      prometheus.kill('SIGKILL');
    }
  });
});

describe('MCPTUI_OTLP_ENDPOINT', () => {
  it('gets the calls of agents as spans', async () => {
    await until(() => spans.join('').includes('tools/call echo'), 'the span');
    expect(spans.join('')).toContain('"mcp.session.id"');
  });
});

describe('audit sessions', () => {
  it('lists who was there, with their calls', async () => {
    const listed = async (): Promise<string> => (await home.mcptui(['audit', 'sessions'])).stdout;
    await until(async () => (await listed()).includes('test-agent'), 'the session');
    expect(await listed()).toMatch(/test-agent 1 +default +client:test-agent 1 +- +1 +0/);
  });
});
