/** What an engine does with backends that operators define: who starts, who is marked, what is told, and what never is. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BackendDraft } from '../../../src/engine/index.ts';
import { aDraft } from '../../support/builders/builders.ts';
import { BaoServer } from '../../support/fakes/bao-server.ts';
import { ScriptedServer } from '../../support/fakes/scripted-server.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';

const CANARY = 'canary-77d1-of-openbao';
const NEXT = 'canary-77d2-after-rotation';
const SECRET_ID = 'canary-77d3-secret-id';

let harness: Harness;
let bao: BaoServer;
beforeEach(async () => {
  harness = await engineHarness();
  bao = await BaoServer.start(() => harness.clock.monotonicMs());
  bao.roles.set('role-1', SECRET_ID);
  bao.put('kv/gitea-creds', { token: CANARY });
  await harness.engine.commands.setSecret('bao-sid', SECRET_ID);
});
afterEach(async () => {
  await harness.close();
  await bao.close();
});

const openbao = (): BackendDraft => ({
  kind: 'openbao',
  url: bao.url,
  auth: { method: 'approle', roleId: 'role-1', secretId: { backend: 'file', path: 'bao-sid' } },
});
const TOKEN = { name: 'TOKEN', secret: { backend: 'openbao', path: 'kv/gitea-creds#token' } };
const ID = 'openbao/kv/gitea-creds#token';

async function withServer(): Promise<void> {
  await harness.engine.commands.createSecretBackend('openbao', openbao());
  await harness.engine.commands.createServer(aDraft({ name: 'gitea', env: [TOKEN] }));
}

describe('a backend that an operator has defined', () => {
  it('gives a server its secret, and is shown with its state', async () => {
    await withServer();
    await harness.untilPhase('gitea-1', 'running');
    expect(harness.process.starts[0]?.env).toEqual({ TOKEN: CANARY });
    expect(harness.engine.view().secrets.get(ID)).toMatchObject({
      backend: 'openbao',
      state: 'ok',
      last: { ok: true, version: 1 },
      servers: ['gitea'],
    });
    expect(harness.engine.view().info.secretBackends).toMatchObject([
      { name: 'openbao', kind: 'openbao', state: { kind: 'ok' }, endsAt: expect.any(Number) as number },
    ]);
  });

  it('that is sealed keeps its servers from starting, names the step, and lets them start once it is unsealed', async () => {
    bao.isSealed = true;
    await withServer();
    const failed = await harness.untilPhase('gitea-1', 'error');
    expect(failed.failure).toMatchObject({
      code: 'SECRET_UNRESOLVED',
      message: expect.stringContaining(`TOKEN: ${ID}: HTTP 503: sealed`) as string,
      hint: 'bao operator unseal, at backend openbao; what waits for it starts by itself',
    });
    expect(await harness.audit('secret_backend_state')).toMatchObject([
      { target: 'backend/openbao', outcome: 'error', message: 'unknown → sealed: HTTP 503: sealed' },
    ]);
    bao.isSealed = false;
    await harness.clock.advance(5_000);
    await harness.untilPhase('gitea-1', 'running');
    expect((await harness.audit('secret_backend_state')).at(-1)).toMatchObject({
      message: 'sealed → ok',
      outcome: 'ok',
    });
  });

  it('whose value changed elsewhere marks who holds the old one, without a probe, and a restart takes the new one up', async () => {
    await withServer();
    await harness.engine.commands.createServer(aDraft({ name: 'other', health: { intervalMs: 86_400_000 } }));
    await harness.untilPhase('gitea-1', 'running');
    await harness.untilPhase('other-1', 'running');
    bao.put('kv/gitea-creds', { token: NEXT });
    await harness.clock.advance(30_000);
    await harness.until(() => harness.engine.view().secrets.get(ID)?.stale[0] === 'gitea-1', 'the mark');
    await harness.engine.commands.restart('gitea', { inTurn: true });
    await harness.until(() => harness.process.starts.length === 3, 'another start');
    await harness.until(() => harness.engine.view().secrets.get(ID)?.stale.length === 0, 'no mark');
    expect(harness.process.starts[2]?.env).toEqual({ TOKEN: NEXT });
    expect(harness.process.starts.filter(({ instanceName }) => instanceName === 'other-1')).toHaveLength(1);
  });

  it('renews a header of a remote server at once', async () => {
    const far = await ScriptedServer.start();
    await harness.engine.commands.createSecretBackend('openbao', openbao());
    const headers = [{ name: 'Authorization', prefix: 'Bearer ', secret: TOKEN.secret }];
    await harness.engine.commands.createServer({
      name: 'far',
      runtime: 'remote',
      source: { kind: 'url', url: far.url, allowPrivate: true, headers },
    });
    await harness.untilPhase('far-1', 'running');
    expect(far.seen[0]?.headers.authorization).toBe(`Bearer ${CANARY}`);
    bao.put('kv/gitea-creds', { token: NEXT });
    await harness.clock.advance(30_000);
    await harness.until(
      () => far.named('initialize').at(-1)?.headers.authorization === `Bearer ${NEXT}`,
      'a connection with the new value',
    );
    await far.close();
  });

  it('is not deleted while a server names it, unless that is meant', async () => {
    await withServer();
    await harness.untilPhase('gitea-1', 'running');
    const { deleteSecretBackend } = harness.engine.commands;
    await expect(deleteSecretBackend('openbao')).rejects.toMatchObject({
      code: 'conflict',
      message: 'backend openbao is used by gitea',
    });
    await deleteSecretBackend('openbao', { force: true });
    expect(await harness.engine.commands.testSecret(ID)).toMatchObject({
      ok: false,
      why: 'no-backend',
      cause: 'there is no backend openbao',
    });
    await expect(deleteSecretBackend('openbao')).rejects.toMatchObject({ code: 'not-found' });
  });

  it.each(['env', 'file', 'command', 'Bad Name'])('cannot be called %s', async (name) => {
    await expect(harness.engine.commands.createSecretBackend(name, openbao())).rejects.toMatchObject({
      code: 'invalid',
    });
  });

  it('is replaced only by who says so', async () => {
    const { createSecretBackend } = harness.engine.commands;
    await createSecretBackend('openbao', openbao());
    await expect(createSecretBackend('openbao', openbao())).rejects.toMatchObject({ code: 'conflict' });
    const next = await createSecretBackend('openbao', { ...openbao(), namespace: 'team' } as BackendDraft, {
      replace: true,
    });
    expect(next).toMatchObject({ fields: { namespace: 'team' }, state: { kind: 'failing' } });
  });

  it('may be a program, by its own name with a path or as secret:command/NAME', async () => {
    const { createSecretBackend, createServer } = harness.engine.commands;
    await createSecretBackend('word', { kind: 'command', command: ['/bin/echo', CANARY] });
    await createSecretBackend('words', { kind: 'command', command: ['/bin/echo', 'value of {path}'] });
    await createServer(
      aDraft({
        env: [
          { name: 'A', secret: { backend: 'command', path: 'word' } },
          { name: 'B', secret: { backend: 'words', path: 'team/gitea' } },
        ],
      }),
    );
    await harness.untilPhase('fs-1', 'running');
    expect(harness.process.starts[0]?.env).toEqual({ A: CANARY, B: 'value of team/gitea' });
  });
});

describe('a canary in every secret', () => {
  it('is found nowhere: journal, logs, views, answers, files', async () => {
    const { commands } = harness.engine;
    harness.secrets.set('ENV_TOKEN', 'canary-77d4-of-the-env');
    await commands.setSecret('file-token', 'canary-77d5-of-the-file');
    await commands.createSecretBackend('pass', { kind: 'command', command: ['/bin/echo', 'canary-77d6-printed'] });
    const env = [
      { name: 'A', secret: { backend: 'env', path: 'ENV_TOKEN' } },
      { name: 'B', secret: { backend: 'file', path: 'file-token' } },
      { name: 'C', secret: { backend: 'command', path: 'pass' } },
      { name: 'E', template: 'user:{secret:openbao/kv/gitea-creds#token}@host' },
      TOKEN,
    ];
    await commands.createSecretBackend('openbao', openbao());
    await commands.createServer(aDraft({ name: 'gitea', env }));
    await harness.untilPhase('gitea-1', 'running');
    for (const running of harness.process.running) {
      running.printStderr(`my environment: ${JSON.stringify(running.request.env)} ${btoa(CANARY)}`);
    }
    // One that fails, and says all that it was given.
    harness.process.fate = ({ env: given, server: { name } }) =>
      name === 'bad'
        ? { ok: false, failure: { kind: 'container', image: 'any', reason: `refused: ${JSON.stringify(given)}` } }
        : undefined;
    await commands.createServer(aDraft({ name: 'bad', env }));
    await harness.untilPhase('bad-1', 'error');
    bao.isSealed = true;
    await commands.secrets();
    bao.isSealed = false;
    bao.put('kv/gitea-creds', { token: NEXT });
    await harness.clock.advance(60_000);
    await harness.until(() => (harness.engine.view().secrets.get(ID)?.stale.length ?? 0) > 0, 'the mark');
    await harness.until(() => JSON.stringify(harness.engine.view().instances.size) !== '0', 'views');

    const { engine } = harness;
    const shown = JSON.stringify([
      ...Object.values(engine.view()).map((part) => (part instanceof Map ? [...part.values()] : part)),
      await commands.secrets(),
      await commands.secretBackends(),
      await commands.testSecretBackend('openbao'),
      await commands.testSecret(ID),
      await commands.instanceDetail('gitea-1'),
      await commands.serverDocument('gitea'),
      await commands.logs('gitea-1'),
      await commands.logs('bad-1'),
      await harness.audit(),
    ]);
    expect(shown).toContain('[secret file/file-token]');
    await harness.db.flush();
    const files = readdirSync(harness.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1'));
    const all = [shown, ...files].join('\n');
    expect(all).toContain('openbao');
    // The definition of `pass` holds its words, which are the operator's own.
    expect(all.replaceAll('canary-77d6-printed', '')).not.toMatch(/canary-77d/);
    for (const hidden of [btoa(CANARY).slice(2, -4), 'login-token-0001']) expect(all).not.toContain(hidden);
  });
});
