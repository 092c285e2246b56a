import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineCommands } from '../../../src/engine/index.ts';
import type { SessionIdentity } from '../../../src/mcp/types/session.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import type { Message, Peer } from '../../support/worlds/mcp-harness.ts';
import { body, connectTo, list, promptNames as names, read, type Result } from '../../support/worlds/offered.ts';

describe('what an agent is offered', () => {
  let harness: Harness;
  let ann: EngineCommands;

  beforeEach(async () => {
    harness = await engineHarness();
    ann = harness.engine.commandsFor('operator:ann');
    await ann.createProject('ops', { instructions: 'Work in ops.' });
    await ann.createAgent('reviewer', { project: 'ops' });
    await ann.createAgent('mentor', { project: 'ops' });
    await ann.createContent('prompt', { name: 'style', ...body('Be brief.', { summary: 'how to write' }) });
    await ann.createContent('prompt', { name: 'deploy', project: 'ops', ...body('Deploy {{what}} on {{day}}.') });
    await ann.createContent('prompt', { name: 'howto', agent: 'reviewer', ...body('Read twice.') });
    await ann.createContent('personality', {
      name: 'careful',
      agent: 'reviewer',
      content: { summary: '', prompts: ['style'] },
    });
  });
  afterEach(() => harness.close());

  const connect = (identity?: Partial<SessionIdentity>) => connectTo(harness, identity);
  const call = async (
    agent: Peer,
    name: string,
    args: Message,
  ): Promise<{ text: string; isError: boolean; proposal: string }> => {
    const { result } = (await agent.request('tools/call', { name, arguments: args })) as Result;
    const [first] = (result?.['content'] ?? []) as readonly { readonly text: string }[];
    const said = result?.structuredContent as { readonly proposal?: string } | undefined;
    return { text: first?.text ?? '', isError: result?.isError === true, proposal: said?.proposal ?? '' };
  };
  const told = async (agent: Peer, method: string): Promise<unknown> => {
    // Notifications gather for a moment.
    await harness.pass(200);
    return (await agent.untilMethod(method))['params'];
  };

  it('begins with the instructions and the composed block, exactly as the console shows it', async () => {
    const { instructions } = await connect({ agent: 'reviewer', personality: 'careful' });
    expect(instructions).toBe((await ann.compose({ project: 'ops', agent: 'reviewer', personality: 'careful' })).text);
    expect(instructions).toMatch(/^Work in ops\.\n\n## style\n\nBe brief\.\n\n## howto/);
    expect((await connect()).instructions).not.toContain('howto');
  });

  it('lists prompts of everybody, its project and itself, with arguments; never another agent’s', async () => {
    const { agent } = await connect({ agent: 'reviewer' });
    const { agent: other } = await connect({ agent: 'mentor' });
    expect(await names(agent)).toEqual(['style', 'deploy', 'howto']);
    expect(await names(other)).toEqual(['style', 'deploy']);
    expect(await list(agent, 'prompts')).toMatchObject([
      { name: 'style', description: 'how to write' },
      {
        name: 'deploy',
        arguments: [
          { name: 'what', required: true },
          { name: 'day', required: true },
        ],
      },
      { name: 'howto' },
    ]);
    expect(await read(other, 'mcptui://agents/reviewer/prompts/howto')).toContain('Resource not found');
  });

  it('reads by name with arguments, and by URI', async () => {
    const { agent } = await connect({ agent: 'reviewer' });
    const got = (await agent.request('prompts/get', {
      name: 'deploy',
      arguments: { what: 'web', day: 'Monday' },
    })) as Result;
    expect(got.result).toEqual({
      messages: [{ role: 'user', content: { type: 'text', text: 'Deploy web on Monday.' } }],
    });
    const missing = await agent.request('prompts/get', { name: 'deploy', arguments: { what: 'web' } });
    expect(missing['error']).toMatchObject({ code: -32602, message: 'Invalid params: missing argument day' });
    expect(await read(agent, 'mcptui://projects/ops/prompts/deploy')).toBe('Deploy {{what}} on {{day}}.');
    const uris = (await list(agent, 'resources')).map((item) => item['uri']);
    expect(uris).toEqual([
      'mcptui://prompts/style',
      'mcptui://projects/ops/prompts/deploy',
      'mcptui://agents/reviewer/prompts/howto',
    ]);
  });

  it('tells names apart that two scopes share', async () => {
    await ann.createContent('prompt', { name: 'style', project: 'ops', ...body('Be formal.') });
    const { agent } = await connect();
    expect(await names(agent)).toEqual(['global_style', 'deploy', 'project_ops_style']);
  });

  it('offers skills as resources, each file under its own URI', async () => {
    const files = { 'SKILL.md': '---\nname: pdf\ndescription: Reads PDFs.\n---\n# PDF', 'lib/read me.py': 'print(1)' };
    await ann.createContent('skill', { name: 'pdf', content: { files } });
    const { agent } = await connect();
    expect(await read(agent, 'mcptui://skills/pdf/SKILL.md')).toContain('# PDF');
    expect(await read(agent, 'mcptui://skills/pdf/lib/read%20me.py')).toBe('print(1)');
  });

  it('files a proposal in its own name; its session sees it, others do not, until it is approved', async () => {
    const { agent } = await connect({ agent: 'reviewer' });
    const { agent: other } = await connect({ agent: 'mentor' });
    await names(agent);
    await names(other);
    const { proposal, text, isError } = await call(agent, 'propose_prompt', {
      name: 'deploy',
      body: 'Never deploy {{what}} on Fridays.',
      reason: 'two deploys failed',
    });
    expect(isError).toBe(false);
    expect(text).toContain(`Proposed as ${proposal}: prompt project:ops/deploy`);
    const [row] = [...harness.engine.view().proposals.values()];
    expect(row).toMatchObject({
      id: proposal,
      author: 'agent:reviewer',
      reason: 'two deploys failed',
      risks: ['drops {{day}}'],
    });
    await told(agent, 'notifications/prompts/list_changed');
    expect(await names(agent)).toEqual(['style', 'deploy', 'howto', `deploy_${proposal}`]);
    expect(await names(other)).toEqual(['style', 'deploy']);
    expect(await read(agent, `mcptui://proposals/${proposal}`)).toContain('state: pending');
    expect(await read(other, `mcptui://proposals/${proposal}`)).toContain('Resource not found');
    expect(other.of('notifications/prompts/list_changed')).toEqual([]);
    expect(agent.of('notifications/resources/updated')).toEqual([]);

    await ann.approveProposal(proposal, { hash: row?.hash ?? '' });
    expect(await told(agent, 'notifications/resources/updated')).toEqual({ uri: `mcptui://proposals/${proposal}` });
    await told(other, 'notifications/prompts/list_changed');
    expect(await read(agent, `mcptui://proposals/${proposal}`)).toMatch(/state: approved\ndecided by: operator:ann/);
    expect(await read(other, 'mcptui://projects/ops/prompts/deploy')).toBe('Never deploy {{what}} on Fridays.');
  });

  it('proposes tags, keeps those that are there when it names none, and takes them away with an empty list', async () => {
    const { agent } = await connect({ agent: 'reviewer' });
    const propose = async (more: object): Promise<readonly string[] | undefined> => {
      const args = { name: 'oncall', reason: 'to be found', ...more };
      const { proposal } = await call(agent, 'propose_prompt', args);
      const row = [...harness.engine.view().proposals.values()].find(({ id }) => id === proposal);
      await ann.approveProposal(proposal, { hash: row?.hash ?? '' });
      const { content } = await ann.contentDetail('prompt', 'project:ops/oncall');
      return 'body' in content ? content.tags : undefined;
    };
    expect(await propose({ body: 'Wake ann.', tags: [' on  call', 'deploy', 'deploy'] })).toEqual([
      'on call',
      'deploy',
    ]);
    expect(await propose({ body: 'Wake bob.' })).toEqual(['on call', 'deploy']);
    expect(await propose({ body: 'Wake eve.', tags: [] })).toBeUndefined();
    const bad = { name: 'oncall', reason: 'y', body: 'x', tags: ['a,b'] };
    expect(await call(agent, 'propose_prompt', bad)).toMatchObject({ isError: true });
  });

  it('leaves one chain of causes: proposal, approval, revision, read', async () => {
    const { agent } = await connect({ agent: 'reviewer' });
    const { proposal } = await call(agent, 'propose_prompt', {
      name: 'style',
      body: 'Be kind.',
      reason: 'tone',
      scope: 'global',
    });
    const [row] = [...harness.engine.view().proposals.values()];
    await ann.approveProposal(proposal, { hash: row?.hash ?? '' });
    expect(await read(agent, 'mcptui://prompts/style')).toBe('Be kind.');
    const events = await harness.audit();
    const byNumber = new Map(events.map((event) => [event.n, event]));
    const chain: string[] = [];
    for (let event = events.find(({ kind }) => kind === 'content_read'); event !== undefined;) {
      chain.unshift(`${event.kind} ${event.actor}`);
      event = event.cause === undefined ? undefined : byNumber.get(event.cause);
    }
    expect(chain).toEqual([
      'proposal_create agent:reviewer',
      'proposal_approve operator:ann',
      'revision_create operator:ann',
      'content_read agent:reviewer',
    ]);
  });

  it('says what is wrong with a proposal, as a failed tool that its model can mend', async () => {
    const { agent } = await connect();
    const fails = async (name: string, args: Message): Promise<string> => {
      const { text, isError } = await call(agent, name, args);
      return `${isError} ${text}`;
    };
    expect(await fails('propose_prompt', { name: 'style', body: 'x' })).toMatch(/^true reason: /);
    expect(await fails('propose_prompt', { name: 'style', body: 'Be brief.', reason: 'y', scope: 'global' })).toMatch(
      'already exactly like this',
    );
    expect(await fails('propose_prompt', { name: 'agent:reviewer/howto', body: 'x', reason: 'y' })).toMatch(
      'works in project ops only',
    );
    expect(await fails('propose_prompt', { name: 'Bad', body: 'x', reason: 'y' })).toMatch('not the name of a prompt');
    expect(await fails('propose_personality', { name: 'x', prompts: [], reason: 'y' })).toMatch('no agent');
    expect(await fails('propose_skill', { name: 'pdf', files: { a: 'b' }, reason: 'y' })).toMatch('has no SKILL.md');
    expect(harness.engine.view().proposals.size).toBe(0);
  });

  it('takes its own proposal back, and nobody else’s', async () => {
    const { agent } = await connect({ agent: 'reviewer' });
    const { agent: other } = await connect({ agent: 'mentor' });
    const { proposal } = await call(agent, 'propose_prompt', { name: 'deploy', body: 'x', reason: 'y' });
    expect(await call(other, 'withdraw_proposal', { proposal })).toMatchObject({
      isError: true,
      text: `no proposal ${proposal} of yours`,
    });
    expect(await call(agent, 'withdraw_proposal', { proposal })).toMatchObject({ isError: false });
    expect(harness.engine.view().proposals.get(proposal)?.state).toBe('withdrawn');
    expect((await call(agent, 'withdraw_proposal', { proposal })).text).toMatch('is withdrawn already');
  });

  it('proposes personalities of its own and skills of its project', async () => {
    const { agent } = await connect({ agent: 'reviewer' });
    const bold = await call(agent, 'propose_personality', {
      name: 'bold',
      prompts: ['style', 'agent:reviewer/howto'],
      reason: 'y',
    });
    const skill = await call(agent, 'propose_skill', {
      name: 'pdf',
      files: { 'SKILL.md': '---\nname: pdf\ndescription: x\n---\n' },
      reason: 'y',
    });
    for (const { proposal } of [bold, skill]) {
      const { hash = '' } = harness.engine.view().proposals.get(proposal) ?? {};
      await ann.approveProposal(proposal, { hash });
    }
    expect([...harness.engine.view().personalities.values()].map(({ ref }) => ref)).toContain('reviewer/bold');
    expect([...harness.engine.view().skills.values()].map(({ ref }) => ref)).toEqual(['project:ops/pdf']);
  });

  it('describes its tools in words that operators may change', async () => {
    const { agent } = await connect();
    const tools = await list(agent, 'tools');
    expect(tools.map((tool) => tool['name'])).toEqual([
      'propose_prompt',
      'propose_personality',
      'propose_skill',
      'withdraw_proposal',
    ]);
    await ann.saveContent('prompt', 'project:mcptui-system/propose-prompt', body('Ask first.'));
    await told(agent, 'notifications/tools/list_changed');
    expect((await list(agent, 'tools'))[0]?.['description']).toBe('Ask first.');
  });

  it('goes on when the agent or personality of a session is deleted', async () => {
    const { agent } = await connect({ agent: 'reviewer', personality: 'careful' });
    await ann.deleteContent('personality', 'careful');
    expect(await names(agent)).toEqual(['style', 'deploy', 'howto']);
    expect((await connect({ agent: 'reviewer', personality: 'careful' })).instructions).toBe('');
  });
});
