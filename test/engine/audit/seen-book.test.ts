import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { aDraft } from '../../support/builders/builders.ts';
import { body, connectTo, list } from '../../support/worlds/offered.ts';
import type { Peer } from '../../support/worlds/mcp-harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await engineHarness();
  const { commands } = harness.engine;
  await commands.createProject('ops', { instructions: 'Be kind.' });
  await commands.createServer(aDraft({ project: 'ops' }));
  await harness.untilPhase('fs-1', 'running');
  await commands.createContent('prompt', { name: 'rules', project: 'ops', ...body('Ask before you delete.') });
});
afterEach(() => harness.close());

const byText = (a: string, b: string): number => a.localeCompare(b);
const sessionOf = async (): Promise<string> => (await harness.engine.commands.auditSessions())[0]?.id ?? '';
/** The result of an answer, as it came. */
const sentIn = (agent: Peer, id: string): string => {
  const line = agent.raw.find((one) => one.includes(`"id":"${id}"`)) ?? '';
  return line.slice(line.indexOf('"result":') + '"result":'.length, -1);
};

describe('sessionSaw', () => {
  it('gives what the agent was sent, byte for byte, as of any moment, also after a restart', async () => {
    const { commands } = harness.engine;
    const { agent, instructions } = await connectTo(harness);
    await agent.request('prompts/list', {}, 'one');
    await agent.request('prompts/get', { name: 'rules' }, 'text');
    await harness.db.flush();
    const before = Math.max(...(await harness.audit()).map(({ n }) => n));
    await commands.createContent('prompt', { name: 'style', project: 'ops', ...body('Write short.') });
    await agent.request('prompts/list', {}, 'two');
    await agent.request('prompts/list', {}, 'three');
    await harness.db.flush();
    const session = await sessionOf();
    await harness.restart();
    const now = await harness.engine.commands.sessionSaw(session, { texts: true });
    expect(now).toMatchObject({ session, client: 'test-client 1', project: 'ops' });
    expect(now.items.map(({ what, name }) => [what, name])).toEqual([
      ['instructions', undefined],
      ['prompts', undefined],
      ['prompt', 'rules'],
    ]);
    const textOf = (what: string): string => now.items.find((item) => item.what === what)?.text ?? '';
    expect(textOf('prompts')).toBe(sentIn(agent, 'two'));
    expect(textOf('prompt')).toBe(sentIn(agent, 'text'));
    expect(instructions).toContain('Be kind.');
    expect((JSON.parse(textOf('instructions')) as { instructions: string }).instructions).toBe(instructions);
    const then = await harness.engine.commands.sessionSaw(session, { n: before, what: 'prompts', texts: true });
    expect(then.items.map(({ text }) => text)).toEqual([sentIn(agent, 'one')]);
    expect(then.later).toBe(now.n);
  });

  it('writes an event when something is another one than before, and keeps a text once for all sessions', async () => {
    for (const agent of [await connectTo(harness), await connectTo(harness)]) {
      for (let at = 0; at < 20; at += 1) await agent.agent.request('tools/list');
    }
    await harness.db.flush();
    const events = await harness.audit('session_saw');
    expect(events.map(({ message = '' }) => message.split(':')[0] ?? '').toSorted(byText)).toEqual([
      'instructions',
      'instructions',
      'tools',
      'tools',
    ]);
    await harness.engine.commands.sessionSaw(await sessionOf(), { texts: true });
    expect(await readdir(path.join(harness.folder, 'data', 'seen'))).toHaveLength(2);
  });

  it('gives what a gated session got of begin_session, and what it read of prompts', async () => {
    const { commands } = harness.engine;
    await commands.createProject('gated', { gated: true });
    await commands.createContent('prompt', { name: 'deploy', project: 'gated', ...body('Deploy on Mondays.') });
    const { agent } = await connectTo(harness, { project: 'gated' });
    await agent.request('tools/call', { name: 'begin_session', arguments: { tags: ['deploy'] } }, 'begin');
    const [{ uri }] = (await list(agent, 'resources')) as readonly [{ readonly uri: string }];
    await agent.request('resources/read', { uri }, 'read');
    await harness.db.flush();
    const { items } = await commands.sessionSaw(await sessionOf(), { texts: true });
    const textOf = (what: string): string => items.find((item) => item.what === what)?.text ?? '';
    expect(textOf('begin_session')).toBe(sentIn(agent, 'begin'));
    expect(textOf('read')).toBe(sentIn(agent, 'read'));
    expect(items.find(({ what }) => what === 'read')?.name).toBe(uri);
  });

  it('says of a content that is gone that it is no longer kept', async () => {
    const { agent } = await connectTo(harness);
    await agent.request('tools/list');
    await harness.db.flush();
    const { commands } = harness.engine;
    await commands.sessionSaw(await sessionOf(), { texts: true });
    await rm(path.join(harness.folder, 'data', 'seen'), { recursive: true });
    const { items } = await commands.sessionSaw(await sessionOf(), { what: 'tools', texts: true });
    expect(items).toMatchObject([{ what: 'tools', missing: 'gone' }]);
  });

  it('refuses a session that the journal does not tell of', async () => {
    await expect(harness.engine.commands.sessionSaw('ses_none')).rejects.toThrow('no session ses_none in the journal');
  });
});
