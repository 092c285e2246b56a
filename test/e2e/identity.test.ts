/** Who an agent is and what it is told of a server, through the built proxy and daemon. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEventView, Server, SessionView } from '../../src/engine/index.ts';
import { openAgent } from '../support/worlds/agent.ts';
import { aHome, contractServer, type Home } from '../support/worlds/run-mcptui.ts';

let home: Home;
beforeEach(() => {
  home = aHome();
});
afterEach(() => home.close());

async function run(...args: string[]): Promise<void> {
  const { code, stderr } = await home.mcptui(args);
  if (code !== 0) throw new Error(`mcptui ${args.join(' ')}: ${stderr}`);
}

const sessions = (): Promise<SessionView[]> => home.json<SessionView[]>(['get', 'sessions']);

describe('mcptui proxy --agent --personality', () => {
  it('is the same agent again after the engine was killed, and the actor of its calls', async () => {
    await run('create', 'agent', 'reviewer');
    await run('create', 'personality', 'careful', '--agent', 'reviewer');
    const first = await home.daemon();
    const { stdout: ticket } = await home.mcptui(['create', 'ticket', 'laptop', '--agent', 'reviewer']);
    // It would start an engine itself when the first one is gone.
    const args = ['--no-start', '--personality', 'careful'];
    const agent = await openAgent({ ...home.env, MCPTUI_TICKET: ticket.trim() }, args);
    const named = { agent: 'reviewer', personality: 'careful', client: 'test-agent 1' };
    expect(await sessions()).toMatchObject([named]);
    expect((await home.mcptui(['get', 'sessions'])).stdout).toMatch(
      /CLIENT +AGENT +PROJECT.*\n.*test-agent 1 +reviewer +default/,
    );

    first.child.kill('SIGKILL');
    await first.ended;
    await home.daemon();
    await agent.request('tools/call', { name: 'nothing', arguments: {} });
    expect(await sessions()).toMatchObject([named]);
    const calls = (): Promise<AuditEventView[]> =>
      home.json<AuditEventView[]>(['get', 'audit', '--kind', 'tool_call_trace']);
    await expect.poll(async () => (await calls()).map(({ actor }) => actor)).toEqual(['agent:reviewer']);
    expect(await agent.close()).toBe(0);
  });

  it('is refused with the next step when it names a personality of nobody', async () => {
    await home.daemon();
    const refused = await home.mcptui(['proxy', '--no-start', '--personality', 'careful']);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toBe(
      'mcptui proxy: personality careful has no agent: none is named, and there is no default (name one with --agent; agents: none yet)\n',
    );
  });
});

describe('mcptui create server --context', () => {
  it('is shown by describe and stands before the descriptions that agents read', async () => {
    await run('create', 'server', 'one', '--context', 'Staging only.', '--', process.execPath, contractServer);
    expect(await home.json<Server>(['describe', 'server', 'one'])).toMatchObject({ context: 'Staging only.' });
    await home.daemon();
    const agent = await openAgent(home.env);
    const { result } = await agent.request('tools/list');
    const tools = (result?.['tools'] ?? []) as { readonly name: string; readonly description?: string }[];
    const theirs = tools.filter(({ name }) => name.startsWith('one__'));
    expect(theirs.length).toBeGreaterThan(0);
    expect(theirs.filter(({ description }) => description?.startsWith('[one: Staging only.]') !== true)).toEqual([]);
    expect(await agent.close()).toBe(0);
  });
});
