import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aDraft } from '../../support/builders/builders.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await engineHarness();
});
afterEach(() => harness.close());

describe('a reference to the login of another server', () => {
  it('is refused when the server is defined', async () => {
    const env = [{ name: 'T', secret: { backend: 'file' as const, path: 'oauth.srv_1' } }];
    await expect(harness.engine.commands.createServer(aDraft({ env }))).rejects.toMatchObject({
      code: 'invalid',
      message: 'server fs: secret file/oauth.srv_1 is the login of a server',
    });
  });
});

describe('secret names', () => {
  it.each(['__proto__', 'constructor', 'oauth.x', '../x', ''])('refuse %j', async (name) => {
    await expect(harness.engine.commands.setSecret(name, 'a value')).rejects.toMatchObject({ code: 'invalid' });
  });

  it('refuse a value over 64 KiB with the way out', async () => {
    await expect(harness.engine.commands.setSecret('big', 'x'.repeat(70_000))).rejects.toThrow('keep it in a file');
  });
});

describe('a damaged secrets file', () => {
  it('keeps no server from being deleted', async () => {
    await harness.engine.commands.createServer(aDraft());
    await harness.engine.commands.setSecret('one', 'a value');
    await writeFile(path.join(harness.folder, 'secrets', 'secrets.json'), 'no json', { mode: 0o600 });
    await harness.engine.commands.deleteServer('fs');
    await harness.until(() => harness.instances().length === 0, 'gone');
    const [event] = await harness.audit('login_forget');
    expect(event).toMatchObject({ outcome: 'error', target: 'server/fs' });
  });
});

const CANARY = 'canary-5f2c-value-of-a-secret';
const fromFile = (name: string, path: string) => ({ name, secret: { backend: 'file' as const, path } });
const fromEnv = (name: string, path: string) => ({ name, secret: { backend: 'env' as const, path } });
const rows = () => [...harness.engine.view().secrets.values()];
const row = (id: string) => rows().find((one) => one.id === id);

describe('secrets in the view', () => {
  it('are all that definitions name and all that is kept, with who uses and who waits for them', async () => {
    const env = [fromFile('TOKEN', 'gitea'), fromFile('OTHER', 'gitea'), fromEnv('KEY', 'NOPE')];
    await harness.engine.commands.createServer(aDraft({ name: 'gitea', env }));
    await harness.engine.commands.setSecret('spare', CANARY);
    await harness.untilPhase('gitea-1', 'error');
    expect(rows().map(({ id, state }) => `${id} ${state}`)).toEqual([
      'env/NOPE missing',
      'file/gitea missing',
      'file/spare unused',
    ]);
    expect(row('file/gitea')).toMatchObject({
      usedBy: [{ server: 'gitea', entries: ['TOKEN', 'OTHER'] }],
      waiting: ['gitea-1'],
      last: { ok: false, cause: 'no such entry', isMissing: true },
    });
    expect(row('file/spare')).toMatchObject({ setAt: harness.clock.now(), usedBy: [], waiting: [] });
    expect(harness.engine.view().info.secretFile).toEqual({ kind: 'ok', entries: 1 });
    expect(JSON.stringify([rows(), harness.engine.view().info])).not.toContain(CANARY);
  });

  it('tell who has the old value after another one was set, and no more once it was restarted', async () => {
    await harness.engine.commands.setSecret('gitea', CANARY);
    await harness.engine.commands.createServer(aDraft({ name: 'gitea', env: [fromFile('TOKEN', 'gitea')] }));
    await harness.untilPhase('gitea-1', 'running');
    expect(row('file/gitea')).toMatchObject({ state: 'ok', stale: [], last: { ok: true } });
    await harness.engine.commands.setSecret('gitea', `${CANARY}-2`, { only: 'kept' });
    expect(row('file/gitea')).toMatchObject({ state: 'ok', stale: ['gitea-1'] });
    await harness.engine.commands.restart('gitea-1');
    await harness.until(() => row('file/gitea')?.stale.length === 0, 'the new value');
  });

  it('are renewed in turn: the second instance restarts once the first one runs again', async () => {
    await harness.engine.commands.setSecret('gitea', CANARY);
    const draft = aDraft({ name: 'gitea', env: [fromFile('TOKEN', 'gitea')], replicas: 2, isolation: 'shared' });
    await harness.engine.commands.createServer(draft);
    const running = (): number => harness.instances().filter(({ phase }) => phase === 'running').length;
    await harness.until(() => running() === 2, 'both');
    const { holders } = await harness.engine.commands.setSecret('gitea', `${CANARY}-2`);
    expect(holders).toEqual(['gitea-1', 'gitea-2']);
    let least = 2;
    const stop = harness.engine.subscribe(() => {
      least = Math.min(least, running());
    });
    for (const holder of holders) await harness.engine.commands.restart(holder, { inTurn: true });
    await harness.until(() => row('file/gitea')?.stale.length === 0 && running() === 2, 'the new value in both');
    stop();
    expect(least).toBe(1);
    const [stopped] = (await harness.audit('instance_stop')).slice(-1);
    expect(stopped?.message).toBe('restart asked by operator');
  });

  it('say why the file cannot be read', async () => {
    await harness.engine.commands.setSecret('gitea', CANARY);
    await writeFile(path.join(harness.folder, 'secrets', 'secrets.json'), 'no json', { mode: 0o600 });
    await expect(harness.engine.commands.testSecret('file/gitea')).resolves.toMatchObject({ ok: false });
    expect(harness.engine.view().info.secretFile).toMatchObject({
      kind: 'unreadable',
      reason: expect.stringContaining('wrong key or changed file') as string,
    });
    await harness.engine.commands.createServer(aDraft({ name: 'gitea', env: [fromFile('TOKEN', 'gitea')] }));
    await harness.untilPhase('gitea-1', 'error');
    expect(row('file/gitea')).toMatchObject({ state: 'failing' });
  });
});

describe('testSecret', () => {
  it.each([
    ['file/gitea', { id: 'file/gitea', ok: true }],
    ['gitea', { id: 'file/gitea', ok: true }],
    ['secret:env/NOPE', { id: 'env/NOPE', ok: false, cause: 'not set', isMissing: true }],
    ['file/other', { id: 'file/other', ok: false, cause: 'no such entry', isMissing: true }],
    ['vault/x', { id: 'vault/x', ok: false }],
  ])('says whether %s resolves, never its value', async (reference, found) => {
    await harness.engine.commands.setSecret('gitea', CANARY);
    const test = await harness.engine.commands.testSecret(reference);
    expect(test).toMatchObject(found);
    expect(JSON.stringify(test)).not.toContain(CANARY);
  });

  it.each(['a b', '', 'file/oauth.x'])('refuses %j', async (reference) => {
    await expect(harness.engine.commands.testSecret(reference)).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('setSecret', () => {
  it('starts at once what failed for want of it', async () => {
    await harness.engine.commands.createServer(aDraft({ name: 'gitea', env: [fromFile('TOKEN', 'gitea')] }));
    await harness.untilPhase('gitea-1', 'error');
    await harness.engine.commands.setSecret('gitea', CANARY, { only: 'new' });
    await harness.untilPhase('gitea-1', 'running');
    const shown = JSON.stringify([harness.instances(), rows(), await harness.audit()]);
    expect(shown).not.toContain(CANARY);
  });

  it('with `only` changes nothing else than what was meant', async () => {
    const { commands } = harness.engine;
    await expect(commands.setSecret('a', CANARY, { only: 'kept' })).rejects.toMatchObject({ code: 'not-found' });
    await commands.setSecret('a', CANARY, { only: 'new' });
    await expect(commands.setSecret('a', CANARY, { only: 'new' })).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('removeSecret', () => {
  it('of one in use names who uses it, and needs `force`', async () => {
    const { commands } = harness.engine;
    await commands.setSecret('gitea', CANARY);
    await commands.createServer(aDraft({ name: 'gitea', env: [fromFile('TOKEN', 'gitea')] }));
    await expect(commands.removeSecret('gitea')).rejects.toMatchObject({
      code: 'conflict',
      message: 'secret file/gitea is used by gitea',
    });
    expect(await harness.secretNames()).toEqual(['gitea']);
    await commands.removeSecret('gitea', { force: true });
    expect(row('file/gitea')).toMatchObject({ state: 'missing' });
  });
});
