/** Edits of servers on the whole engine with a fake clock: what restarts, what waits, what is kept. */
import { duplexPair } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aDraft } from '../../support/builders/builders.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { Peer } from '../../support/worlds/peer.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await engineHarness();
});
afterEach(() => harness.close());

const starts = (): string[] => harness.process.starts.map(({ instanceName }) => instanceName);
const variables = (): (string | undefined)[] => [...harness.process.running].map(({ request }) => request.env['MODE']);
const update = (...args: Parameters<Harness['engine']['commands']['updateServer']>) =>
  harness.engine.commands.updateServer(...args);

function anAgent(): Peer {
  const [ours, theirs] = duplexPair();
  harness.engine.router.agents.accept(ours, { project: 'default' });
  const agent = new Peer(theirs);
  const clientInfo = { name: 'agent', version: '1' };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
  agent.send({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
  return agent;
}
const call = (agent: Peer, id: number): void =>
  agent.send({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'fs__env', arguments: { name: 'MODE' } } });
const isAnswered = (agent: Peer, id: number): boolean => agent.received.some((message) => message['id'] === id);

async function answered(agent: Peer, id: number): Promise<string> {
  for (let round = 0; round < 40 && !isAnswered(agent, id); round += 1) await harness.pass(100);
  return JSON.stringify(await agent.answer(id));
}
async function running(...names: readonly string[]): Promise<void> {
  for (const name of names) await harness.untilPhase(name, 'running');
}

describe('updateServer', () => {
  it('restarts nothing for a context, a prefix or a probe, and holds them at once', async () => {
    await harness.engine.commands.createServer(aDraft());
    await running('fs-1');
    const patch = { context: 'files of the team', prefix: 'files', health: { tool: 'echo', intervalMs: 5_000 } };
    const { plan, revision } = await update('fs', { patch });
    expect(plan).toMatchObject({ restarts: [], retries: [] });
    expect(plan.changes.map(({ field, effect }) => `${field} ${effect}`)).toEqual([
      'prefix now',
      'context now',
      'probe tool now',
      'probe interval now',
    ]);
    expect(revision).toBe(2);
    await harness.until(() => harness.instance('fs-1').probe?.target === 'echo', 'a probe by echo');
    expect(starts()).toEqual(['fs-1']);
    expect((await harness.engine.commands.probe('fs-1')).target).toBe('echo');
  });

  it('restarts for a variable one instance after the other, and answers the call that was in flight', async () => {
    await harness.engine.commands.createServer(
      aDraft({ isolation: 'shared', replicas: 2, env: [{ name: 'MODE', value: 'old' }] }),
    );
    await running('fs-1', 'fs-2');
    const agents = [anAgent(), anAgent()];
    for (const [index, agent] of agents.entries()) {
      call(agent, 1);
      expect(await answered(agent, 1), `agent ${index}`).toContain('old');
    }
    for (const child of harness.process.running) {
      child.clock = harness.clock;
      child.delayMs = 4_000;
    }
    for (const agent of agents) call(agent, 2);
    await harness.pass(200);
    const { plan } = await update('fs', { patch: { env: { MODE: 'new' } } });
    expect(plan.restarts).toEqual(['fs-1', 'fs-2']);
    await harness.pass(1_000);
    // It gets no more calls, and those that it has are waited for.
    expect(starts()).toHaveLength(2);
    for (const agent of agents) call(agent, 3);
    for (const agent of agents) expect(await answered(agent, 2)).toContain('old');
    for (let round = 0; round < 20 && starts().length < 4; round += 1) await harness.pass(500);
    await running('fs-1', 'fs-2');
    expect(variables()).toEqual(['new', 'new']);
    expect(starts()).toEqual(['fs-1', 'fs-2', 'fs-1', 'fs-2']);
    for (const agent of agents) expect(await answered(agent, 3)).toMatch(/old|new/);
    const errors = agents.flatMap((agent) => agent.received.filter((message) => 'error' in message));
    expect(errors).toEqual([]);
    expect((await harness.audit('instance_stop')).map(({ message }) => message)).toEqual([
      'the definition changed',
      'the definition changed',
    ]);
  });

  it('keeps the calls of an isolated session waiting while its instance is restarted', async () => {
    await harness.engine.commands.createServer(aDraft({ env: [{ name: 'MODE', value: 'old' }] }));
    await running('fs-1');
    const agent = anAgent();
    call(agent, 1);
    expect(await answered(agent, 1)).toContain('old');
    for (const child of harness.process.running) Object.assign(child, { clock: harness.clock, delayMs: 3_000 });
    call(agent, 2);
    await harness.pass(200);
    await update('fs', { patch: { env: { MODE: 'new' } } });
    await harness.pass(500);
    call(agent, 3);
    expect(await answered(agent, 2)).toContain('old');
    expect(await answered(agent, 3)).toContain('new');
  });

  describe('while a call that is never answered is waited for', () => {
    let agent: Peer;
    beforeEach(async () => {
      await harness.engine.commands.createServer(aDraft({ isolation: 'shared' }));
      await running('fs-1');
      agent = anAgent();
      call(agent, 1);
      await answered(agent, 1);
      agent.send({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'fs__never', arguments: {} } });
      await harness.pass(200);
      await update('fs', { patch: { env: { MODE: 'new' } } });
    });

    it('ends the call after 30 s', async () => {
      await harness.pass(29_000);
      expect(starts()).toHaveLength(1);
      await harness.pass(2_000);
      await harness.until(() => starts().length === 2, 'the restart');
      expect(await answered(agent, 2)).toContain('it restarts');
    });

    it('lets the instance go on when the edit is taken back', async () => {
      await harness.pass(300);
      call(agent, 3);
      await harness.pass(300);
      expect(isAnswered(agent, 3)).toBe(false);
      await update('fs', { revision: 1 }, { expected: 2 });
      expect(await answered(agent, 3)).toContain('(unset)');
      await harness.pass(40_000);
      expect(starts()).toHaveLength(1);
    });
  });

  it('makes a server healthy whose command was wrong, at once', async () => {
    await harness.engine.commands.createServer(
      aDraft({ source: { kind: 'command', command: ['/nowhere/such-command'] } }),
    );
    await harness.untilPhase('fs-1', 'error');
    const { plan } = await update('fs', { patch: { command: ['serve'] } });
    expect(plan).toMatchObject({ restarts: [], retries: ['fs-1'] });
    await running('fs-1');
    await harness.until(() => harness.instance('fs-1').health === 'healthy', 'healthy');
    expect(harness.instance('fs-1')).not.toHaveProperty('retry.attemptCount', 2);
  });

  it('tries a failed one at once also when an earlier engine had tried it', async () => {
    await harness.engine.commands.createServer(
      aDraft({ source: { kind: 'command', command: ['/nowhere/such-command'] } }),
    );
    await harness.untilPhase('fs-1', 'error');
    await harness.restart();
    const before = starts().length;
    await harness.pass(1_000);
    expect(starts()).toHaveLength(before);
    await update('fs', { patch: { command: ['serve'] } });
    await running('fs-1');
  });

  it('goes on with the old definition where the new one does not start', async () => {
    await harness.engine.commands.createServer(aDraft({ isolation: 'shared', replicas: 3 }));
    await running('fs-1', 'fs-2', 'fs-3');
    await update('fs', { patch: { command: ['/nowhere/such-command'] } });
    await harness.untilPhase('fs-1', 'error');
    await harness.pass(20_000);
    expect(['fs-2', 'fs-3'].map((name) => harness.instance(name).phase)).toEqual(['running', 'running']);
    await update('fs', { revision: 1 });
    await running('fs-1', 'fs-2', 'fs-3');
    expect(starts().filter((name) => name !== 'fs-1')).toEqual(['fs-2', 'fs-3']);
  });

  it('does only what the reconciler does for other replicas', async () => {
    await harness.engine.commands.createServer(aDraft({ isolation: 'shared' }));
    await running('fs-1');
    const { plan } = await update('fs', { patch: { replicas: 2 } });
    expect(plan.changes).toEqual([{ field: 'replicas', before: '1', after: '2', effect: 'replicas' }]);
    await running('fs-2');
    await update('fs', { patch: { replicas: 0 } });
    await harness.until(() => harness.instances().length === 0, 'no instance');
    expect(starts()).toEqual(['fs-1', 'fs-2']);
  });

  it.each(['shared', 'session'] as const)('serves calls on both sides of a change to isolation %s', async (after) => {
    const before = after === 'shared' ? 'session' : 'shared';
    await harness.engine.commands.createServer(aDraft({ isolation: before }));
    await running('fs-1');
    const agent = anAgent();
    call(agent, 1);
    expect(await answered(agent, 1)).toContain('result');
    await update('fs', { patch: { isolation: after } });
    call(agent, 2);
    expect(await answered(agent, 2)).toContain('result');
    await harness.until(() => starts().length >= 2, 'the restart');
    await running('fs-1');
    call(agent, 3);
    expect(await answered(agent, 3)).toContain('result');
  });

  it('refuses an edit that was made on another revision, and names both', async () => {
    await harness.engine.commands.createServer(aDraft());
    await update('fs', { patch: { context: 'mine' } }, { expected: 1 });
    await expect(update('fs', { patch: { context: 'yours' } }, { expected: 1 })).rejects.toMatchObject({
      code: 'conflict',
      message: 'server fs: revision 2 by operator (context) is live, and this change was made on revision 1',
      hint: 'mcptui diff server fs 1 2',
    });
    expect((await harness.engine.commands.serverDocument('fs')).text).toContain('context: mine');
  });

  it('records nothing where nothing changes', async () => {
    await harness.engine.commands.createServer(aDraft());
    const { text } = await harness.engine.commands.serverDocument('fs');
    const { revision, plan } = await update('fs', { text });
    expect({ revision, changes: plan.changes }).toEqual({ revision: 1, changes: [] });
    expect(await harness.engine.commands.serverRevisions('fs')).toHaveLength(1);
    expect(await harness.audit('server_update')).toEqual([]);
  });

  it('keeps values that it does not show, and never shows them in a document, a diff, a plan or an event', async () => {
    const secret = 'hunter2-hunter2-hunter2';
    await harness.engine.commands.createServer(
      aDraft({
        source: { kind: 'command', command: ['serve', '--token', secret, '--verbose'] },
        env: [
          { name: 'API_TOKEN', value: secret },
          { name: 'LOG_LEVEL', value: 'debug' },
        ],
      }),
    );
    await running('fs-1');
    const { text } = await harness.engine.commands.serverDocument('fs');
    expect(text).toContain('LOG_LEVEL: debug');
    const edited = text.replace('debug', 'info').replace('--verbose', '--quiet');
    const { plan } = await update('fs', { text: edited });
    await update('fs', { patch: { env: { API_TOKEN: `${secret}-two` } } });
    const diff = await harness.engine.commands.diffServer('fs');
    const shown = JSON.stringify([
      text,
      plan,
      diff,
      await harness.audit(),
      [...harness.engine.view().servers.values()],
    ]);
    expect(shown).not.toContain(secret);
    expect(plan.changes.map(({ field }) => field)).toEqual(['command', 'env LOG_LEVEL']);
    expect(JSON.stringify(diff)).toContain('another value');
    await harness.until(
      () => [...harness.process.running].some(({ request }) => request.env['API_TOKEN'] === `${secret}-two`),
      'the restart',
    );
    expect(harness.process.starts.at(-1)?.server.source).toMatchObject({
      command: ['serve', '--token', secret, '--quiet'],
    });
  });

  it('brings a revision back as the newest one, also after a deletion, with its id and its past', async () => {
    await harness.engine.commands.createServer(aDraft({ context: 'first' }));
    await update('fs', { patch: { context: 'second' } }, { note: 'a try' });
    await update('fs', { revision: 1 });
    const id = [...harness.engine.view().servers.keys()][0];
    const rows = await harness.engine.commands.serverRevisions('fs');
    expect(
      rows.map(({ number, note, changed, restored, isCurrent }) => [number, note, changed, restored, isCurrent]),
    ).toEqual([
      [3, '', ['context'], 1, true],
      [2, 'a try', ['context'], undefined, false],
      [1, '', [], undefined, false],
    ]);
    await harness.engine.commands.deleteServer('fs');
    await update('fs', { revision: 2 });
    expect([...harness.engine.view().servers.values()]).toMatchObject([{ id, context: 'second', revision: 4 }]);
  });

  it('refuses another name and says what to do', async () => {
    await harness.engine.commands.createServer(aDraft());
    const { text } = await harness.engine.commands.serverDocument('fs');
    await expect(update('fs', { text: text.replace('name: fs', 'name: files') })).rejects.toMatchObject({
      code: 'invalid',
      message: 'server fs: its name cannot be changed',
    });
  });
});
