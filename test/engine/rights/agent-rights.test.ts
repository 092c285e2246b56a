import { duplexPair } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { aDraft } from '../../support/builders/builders.ts';
import { Peer } from '../../support/worlds/mcp-harness.ts';
import { promptNames, read, type Result } from '../../support/worlds/offered.ts';

let harness: Harness;

const content = (body: string) => ({ summary: '', priority: 5, body });

beforeEach(async () => {
  harness = await engineHarness();
  const { commands } = harness.engine;
  await commands.createProject('ops');
  for (const name of ['fs', 'gitea']) {
    await commands.createServer(aDraft({ name, project: 'ops' }));
    await harness.untilPhase(`${name}-1`, 'running');
  }
  await harness.until(() => harness.instances().every(({ tools }) => tools === 5), 'their tools');
  await commands.createAgent('bot', { project: 'ops' });
  await commands.createContent('prompt', { name: 'rules', project: 'ops', content: content('Be careful.') });
  await commands.createContent('prompt', { name: 'salaries', project: 'ops', content: content('Secret.') });
});
afterEach(() => harness.close());

/** A session that has shown the ticket of agent `bot`. */
async function connect(shown?: string): Promise<Peer> {
  const [near, far] = duplexPair();
  const proven = shown === undefined ? {} : { agent: 'bot', principal: `token/${shown}`, subject: 'agent:bot' };
  if (shown !== undefined) harness.engine.rights.principals.learn(`token/${shown}`, { subject: 'agent:bot' });
  harness.engine.router.agents.accept(far, { project: 'ops', ...proven });
  const agent = new Peer(near);
  const clientInfo = { name: 'test-client', version: '1' };
  await agent.request('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
  agent.notify('notifications/initialized');
  return agent;
}

async function tools(agent: Peer): Promise<readonly string[]> {
  const { result } = (await agent.request('tools/list')) as Result;
  return ((result?.['tools'] ?? []) as readonly { readonly name: string }[]).map(({ name }) => name);
}

async function call(
  agent: Peer,
  name: string,
  args: object = { text: 'hi' },
): Promise<{ isError: boolean; text: string }> {
  const { result, error } = (await agent.request('tools/call', { name, arguments: args })) as Result;
  const [first] = (result?.['content'] ?? []) as readonly { readonly text: string }[];
  return { isError: result?.['isError'] === true || error !== undefined, text: first?.text ?? JSON.stringify(error) };
}

const rule = (verbs: string, kinds: string, names?: string) => ({
  verbs: [verbs] as never,
  kinds: [kinds] as never,
  ...(names === undefined ? {} : { names: [names] }),
});

describe('an agent that nothing is bound to', () => {
  it('sees and calls what its project has, and may propose', async () => {
    const agent = await connect('laptop');
    expect((await tools(agent)).filter((name) => name.startsWith('fs__') || name.startsWith('gitea__'))).toHaveLength(
      10,
    );
    expect((await call(agent, 'fs__echo')).isError).toBe(false);
    expect((await call(agent, 'propose_prompt', { name: 'x', body: 'y', reason: 'z' })).isError).toBe(false);
    expect(await harness.audit('rbac_decision')).toEqual([]);
  });

  it('may do nothing where its project says so', async () => {
    await harness.engine.commands.updateProject('ops', { agentRole: 'none' });
    const agent = await connect();
    expect((await tools(agent)).filter((name) => name.includes('__'))).toEqual([]);
    expect(await promptNames(agent)).toEqual([]);
    const { isError, text } = await call(agent, 'fs__echo');
    expect(isError).toBe(true);
    expect(text).toContain('client:test-client 1 may not run tool fs/echo in project ops');
  });
});

describe('an agent with a role of its own', () => {
  beforeEach(async () => {
    const { commands } = harness.engine;
    await commands.createRole('caller', {
      rules: [
        rule('run', 'tool', 'fs/echo'),
        rule('run', 'project'),
        rule('view', 'prompt', 'rules'),
        rule('view', 'project'),
      ],
    });
    await commands.createBinding('agent:bot', 'caller', { projects: ['ops'] });
  });

  it('sees the tools and prompts of that role alone, and is told why another call is refused', async () => {
    const agent = await connect('laptop');
    expect((await tools(agent)).filter((name) => name.includes('__'))).toEqual(['fs__echo']);
    expect(await tools(agent)).not.toContain('propose_prompt');
    expect(await promptNames(agent)).toEqual(['rules']);
    expect(await read(agent, 'mcptui://projects/ops/prompts/rules')).toContain('Be careful.');
    expect(await read(agent, 'mcptui://projects/ops/prompts/salaries')).toContain('Resource not found');
    expect((await call(agent, 'fs__echo')).isError).toBe(false);
    const refused = await call(agent, 'gitea__echo');
    expect(refused).toEqual({
      isError: true,
      text:
        'agent:bot may not run tool gitea/echo in project ops: no role of agent:bot allows run tool gitea/echo in project ops ' +
        '(the operator of this engine can grant it: mcptui create binding agent:bot agent --project ops)',
    });
    expect((await call(agent, 'propose_prompt', { name: 'x', body: 'y', reason: 'z' })).isError).toBe(true);
    const decisions = await harness.audit('rbac_decision');
    expect(decisions.map(({ actor, target, outcome }) => [actor, target, outcome])).toEqual([
      ['agent:bot', 'tool/gitea/echo', 'denied'],
      ['agent:bot', 'proposal', 'denied'],
    ]);
    const [first] = decisions;
    expect((await harness.engine.commands.whyEvent(first?.n ?? 0)).because).toContain('no role of agent:bot allows');
  });

  it('reaches no prompt or resource of a server that it may not run', async () => {
    const agent = await connect('laptop');
    const { error } = (await agent.request('resources/read', { uri: 'fs:///note' })) as Result;
    expect(error).toMatchObject({ message: expect.stringMatching(/not found|not for this session/) as string });
  });

  it('is let and shown more as soon as more is bound to it, and less as soon as that is taken away', async () => {
    const agent = await connect('laptop');
    expect((await tools(agent)).filter((name) => name.startsWith('gitea__'))).toEqual([]);
    const { id } = await harness.engine.commands.createBinding('agent:bot', 'agent', { projects: ['ops'] });
    await harness.pass(200);
    await agent.untilMethod('notifications/tools/list_changed');
    expect((await tools(agent)).filter((name) => name.startsWith('gitea__'))).toHaveLength(5);
    expect((await call(agent, 'gitea__echo')).isError).toBe(false);
    await harness.engine.commands.deleteBinding(id);
    expect((await call(agent, 'gitea__echo')).isError).toBe(true);
  });

  it('is that agent only with what proves it: whoever calls itself so is a client', async () => {
    const [near, far] = duplexPair();
    harness.engine.router.agents.accept(far, { project: 'ops', agent: 'bot' });
    const claims = new Peer(near);
    const clientInfo = { name: 'claims', version: '1' };
    await claims.request('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
    await call(claims, 'gitea__echo');
    const [trace] = await harness.audit('tool_call_trace');
    expect([trace?.actor, trace?.detail]).toEqual(['client:claims 1', expect.objectContaining({ agent: 'bot' })]);
  });
});
