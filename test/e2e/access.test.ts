/** Who may do what, by the built program: two sockets, tickets, tokens with roles over REST, service accounts. */
import { createConnection } from 'node:net';
import { request as httpRequest } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentsSocket } from '../../src/kernel/paths.ts';
import type { AuditEventView, ProposalView, TokenInfo } from '../../src/engine/index.ts';
import { openAgent } from '../support/worlds/agent.ts';
import { send, type Answer } from '../support/worlds/http-client.ts';
import { aHome, contractServer, type Daemon, type Home } from '../support/worlds/run-mcptui.ts';
import { until } from '../support/until.ts';

let home: Home;
let daemon: Daemon;

const run = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await home.mcptui(args);
  expect([args.join(' '), code, stderr]).toEqual([args.join(' '), 0, expect.any(String)]);
  return stdout.trim();
};

beforeAll(async () => {
  home = aHome();
  await run('create', 'project', 'ops');
  await run('create', 'server', 'echo', '--project', 'ops', '--', process.execPath, contractServer);
  await run('create', 'agent', 'bot', '--project', 'ops');
  await run('create', 'prompt', 'rules', '--project', 'ops', '--body', 'Be careful.');
  await run('create', 'prompt', 'private', '--body', 'Not for reviewers of ops.');
  daemon = await home.daemon({}, '--listen', '127.0.0.1:0');
  await home.healthy(1);
});
afterAll(() => home.close());

/** Over TCP, with a token. */
async function ask(token: string, name: string, args: readonly unknown[], headers = {}): Promise<[number, unknown]> {
  const { status, text } = await send(`${daemon.http}/api/v1/commands/${name}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, ...headers },
    body: args,
  });
  const { result, error } = JSON.parse(text) as { result?: unknown; error?: unknown };
  return [status, error ?? result];
}

function overSocket(socketPath: string, url: string, body?: string): Promise<Pick<Answer, 'status' | 'text'>> {
  return new Promise((resolve, reject) => {
    const call = httpRequest({ socketPath, path: url, method: body === undefined ? 'GET' : 'POST' }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    call.once('error', reject).end(body);
  });
}

async function propose(ticket: string): Promise<string> {
  const agent = await openAgent({ ...home.env, MCPTUI_TICKET: ticket }, ['--no-start']);
  const { result } = await agent.request('tools/call', {
    name: 'propose_prompt',
    arguments: { name: 'rules', body: 'Be very careful.', reason: 'twice is better' },
  });
  const { proposal } = (result as { structuredContent: { proposal: string } }).structuredContent;
  await agent.close();
  return proposal;
}

describe('the agents’ socket', () => {
  it('serves MCP and no command: whoever has only this one cannot approve', async () => {
    const agents = agentsSocket(daemon.socket);
    expect(await overSocket(agents, '/healthz')).toEqual({ status: 200, text: '{"ok":true}' });
    for (const url of ['/api/v1/commands/approveProposal', '/api/v1/view', '/api/v1/stream', '/api/v1/health']) {
      const { status, text } = await overSocket(agents, url, url.includes('commands') ? '["p1",{}]' : undefined);
      expect([url, status, text]).toEqual([
        url,
        403,
        expect.stringContaining('the agents’ socket'.replace('’', "'")) as string,
      ]);
    }
  });

  it('and the operators’ socket opens no session', async () => {
    expect((await overSocket(daemon.socket, '/mcp/default', '{}')).status).toBe(404);
    const said = await new Promise<string>((resolve) => {
      const socket = createConnection(daemon.socket);
      socket.write('GET /mcp-stdio HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: mcptui-stdio\r\n\r\n');
      socket.once('data', (data: Buffer) => resolve(data.toString('utf8')));
    });
    expect(said).toContain('agents.sock');
  });

  it('is enough for a proxy in a sandbox that has no other', async () => {
    const env = {
      PATH: process.env['PATH'],
      HOME: path.join(home.folder, 'nowhere'),
      MCPTUI_SOCKET: agentsSocket(daemon.socket),
    };
    const agent = await openAgent(env, ['--no-start', '--project', 'ops']);
    expect(JSON.stringify((await agent.request('tools/list', {})).result)).toContain('echo__');
    await agent.close();
  });

  it('refuses a ticket that is none, and says which agent a good one proves', async () => {
    const { code, stderr } = await home.mcptui(['proxy', '--no-start'], {
      env: { ...home.env, MCPTUI_TICKET: 'mcptui_nonsense' },
    });
    expect([code, stderr]).toEqual([expect.any(Number), expect.stringContaining('unknown token')]);
    expect(code).not.toBe(0);
    const ticket = await run('create', 'ticket', 'laptop', '--agent', 'bot');
    const agent = await openAgent({ ...home.env, MCPTUI_TICKET: ticket, MCPTUI_AGENT: '' }, ['--no-start']);
    await agent.request('tools/call', { name: 'echo__echo', arguments: { text: 'hi' } });
    await agent.close();
    const traces = await home.json<AuditEventView[]>(['get', 'audit', '--kind', 'tool_call_trace']);
    expect(traces.map(({ actor }) => actor)).toContain('agent:bot');
    // Not over TCP: it would be worth more there than its holder needs.
    expect((await ask(ticket, 'whoAmI', []))[0]).toBe(403);
  });
});

describe('a ticket that is deleted', () => {
  it('ends the session that it had opened, and opens no other', async () => {
    const ticket = await run('create', 'ticket', 'gone', '--agent', 'bot');
    const agent = await openAgent({ ...home.env, MCPTUI_TICKET: ticket }, ['--no-start']);
    await run('delete', 'token', 'gone', '--yes');
    // The proxy comes back once, is refused, and ends.
    expect(await agent.ended()).not.toBe(0);
  });
});

describe('a reviewer with a token', () => {
  it('approves over REST what an agent has proposed, and nothing else', async () => {
    await run('create', 'binding', 'user:ann', 'reviewer', '-p', 'ops');
    const token = await run('create', 'token', 'ann', '--for', 'user:ann', '--expires', '1h');
    const ticket = await run('create', 'ticket', 'desk', '--agent', 'bot');
    const proposal = await propose(ticket);
    const [, detail] = await ask(token, 'proposalDetail', [proposal]);
    const { hash } = (detail as { proposal: ProposalView }).proposal ?? (detail as ProposalView);
    // The agent's own token may use MCP, not decide.
    const botToken = await run('create', 'token', 'bot', '--for', 'agent:bot');
    expect(await ask(botToken, 'approveProposal', [proposal, { hash }])).toMatchObject([403, { code: 'denied' }]);
    const [status] = await ask(token, 'approveProposal', [proposal, { hash }]);
    expect(status).toBe(200);
    const [denied, refusal] = await ask(token, 'deleteServer', ['echo']);
    expect([denied, refusal]).toEqual([
      403,
      {
        code: 'denied',
        message:
          'user:ann may not delete server echo in project ops: no role of user:ann allows delete server echo in project ops',
        hint: 'the operator of this engine can grant it: mcptui create binding user:ann operator --project ops',
      },
    ]);
    const decisions = await home.json<AuditEventView[]>(['get', 'audit', '--kind', 'rbac_decision']);
    const own = decisions
      .filter(({ actor }) => actor === 'user:ann')
      .map(({ target, outcome }) => `${outcome} ${target}`);
    expect(own).toEqual(['ok prompt/rules', 'denied server/echo']);
    const refused = decisions.find(({ actor, outcome }) => actor === 'user:ann' && outcome === 'denied');
    expect(await run('auth', 'why', String(refused?.n))).toContain('no role of user:ann allows delete server echo');
  });

  it('sees in lists, views and streams what it may see, at once with each change of its rights', async () => {
    const token = await run('create', 'token', 'viewer', '--for', 'user:viewer', '--role', 'agent', '-p', 'ops');
    const [, secrets] = await ask(token, 'secrets', []);
    expect(secrets).toEqual([]);
    const headers = { authorization: `Bearer ${token}` };
    const view = await send(`${daemon.http}/api/v1/view`, { method: 'GET', headers });
    expect(view.text).toContain('"rules"');
    expect(view.text).not.toContain('Not for reviewers');
    expect(view.text).not.toContain('"private"');
    const stream = await open(`${daemon.http}/api/v1/stream`, headers);
    await until(() => stream.text().includes('"rules"'), 'the first view');
    expect(stream.text()).not.toContain('"private"');
    // What is taken away closes what it had opened.
    await run('delete', 'token', 'viewer', '--yes');
    await until(() => stream.isEnded(), 'the end of the stream');
    expect((await send(`${daemon.http}/api/v1/view`, { method: 'GET', headers })).status).toBe(401);
  });

  it('keeps its name when its token is rotated; the old one is refused at once', async () => {
    const token = await run('create', 'token', 'ci', '--for', 'service:ci', '--role', 'viewer');
    expect(await ask(token, 'whoAmI', [])).toMatchObject([200, { subject: 'service:ci', roles: ['viewer'] }]);
    const other = await run('rotate', 'token', 'ci');
    expect((await ask(token, 'whoAmI', []))[0]).toBe(401);
    expect((await ask(other, 'whoAmI', []))[0]).toBe(200);
    const tokens = await home.json<TokenInfo[]>(['get', 'tokens']);
    expect(tokens.find(({ name }) => name === 'ci')?.lastUsedAt).toBeTruthy();
  });
});

describe('a service account', () => {
  it('is whoever may impersonate it, and has its rights alone', async () => {
    await run('create', 'role', 'deployer', '--allow', 'impersonate service deploy-*');
    const token = await run('create', 'token', 'runner', '--for', 'user:runner', '--role', 'deployer');
    await run('create', 'binding', 'service:deploy-web', 'viewer');
    const as = (name: string) => ({ 'x-service-account': name });
    expect(await ask(token, 'whoAmI', [], as('deploy-web'))).toMatchObject([
      200,
      { subject: 'service:deploy-web', by: 'user:runner' },
    ]);
    expect(await ask(token, 'projectDetail', ['ops'], as('deploy-web'))).toMatchObject([200, { name: 'ops' }]);
    expect((await ask(token, 'projectDetail', ['ops']))[0]).toBe(403);
    expect(await ask(token, 'whoAmI', [], as('ci'))).toMatchObject([
      403,
      { message: expect.stringContaining('may not impersonate service ci') as string },
    ]);
  });
});

describe('auth can-i', () => {
  it('exits 0 for yes and 3 for no, with who can grant it', async () => {
    expect(await run('auth', 'can-i', 'delete', 'server', 'echo')).toContain('the operator owns the engine');
    const { code, stderr } = await home.mcptui([
      'auth',
      'can-i',
      'approve',
      'prompt',
      'rules',
      '-p',
      'web',
      '--as',
      'user:ann',
    ]);
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(/no role of user:ann.*\n.*create binding user:ann reviewer --project web/s),
    ]);
    expect((await home.mcptui(['auth', 'can-i', 'viw', 'prompt'])).stderr).toContain('did you mean view?');
  });
});

/** A response that goes on. */
async function open(url: string, headers: Record<string, string>): Promise<{ text(): string; isEnded(): boolean }> {
  return new Promise((resolve, reject) => {
    let text = '';
    let isEnded = false;
    const call = httpRequest(url, { headers }, (response) => {
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('close', () => (isEnded = true));
      resolve({ text: () => text, isEnded: () => isEnded });
    });
    call.once('error', reject).end();
  });
}
