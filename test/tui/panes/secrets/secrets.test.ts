import { afterEach, describe, expect, it } from 'vitest';
import { aFailedInstance, anInstance, day, fixtureNow } from '../../../support/worlds/fixture-engine.ts';
import { aFailure } from '../../../support/builders/failures.ts';
import { aMissingSecret, aSecret } from '../../../support/builders/secrets.ts';
import { openApp, type OpenApp, type OpenAppOptions } from '../../../support/worlds/open-app.tsx';

let app: OpenApp | undefined;
afterEach(() => {
  app?.close();
  app = undefined;
});

const CANARY = 'canary-4417-secret-value';
const enter = '\r';
const paste = (text: string): string => `\u001B[200~${text}\u001B[201~`;

const failedFor = (backend: 'env' | 'file', path: string) =>
  aFailedInstance({
    failure: aFailure({
      kind: 'secret',
      unresolved: [{ name: 'GITEA_TOKEN', backend, path, cause: 'no such entry', isMissing: true }],
    }),
  });
const well = anInstance({ name: 'fs-1' });

async function open(options: OpenAppOptions = {}): Promise<OpenApp> {
  app = await openApp({
    instances: [failedFor('file', 'gitea'), well],
    secrets: [aMissingSecret({ id: 'file/gitea' }), aSecret({ id: 'file/spare', state: 'unused', usedBy: [] })],
    ...options,
  });
  return app;
}

/** Nothing that is painted or kept in the state may hold it. */
function expectHidden(value: string): void {
  expect(app?.styled()).not.toContain(value);
  expect(JSON.stringify(app?.state())).not.toContain(value);
}

describe('u on an instance that fails for a secret', () => {
  it('asks for exactly that value, never shows it, and keeps it under the name that the definition uses', async () => {
    const page = await open();
    expect(page.line('▸')).toContain('→ u secret');
    await page.press('u');
    expect(page.screen()).toContain('New secret gitea');
    expect(page.screen()).toContain('Used by gitea (GITEA_TOKEN).');
    await page.press(...Array.from(CANARY));
    expect(page.screen()).toContain(`${CANARY.length} characters`);
    expectHidden(CANARY.slice(0, 6));
    await page.press(enter);
    await page.settle();
    expect(page.engine.asked).toEqual(['setSecret gitea new']);
    expect(page.engine.kept.get('gitea')).toBe(CANARY);
    expect(page.screen()).toContain('secret gitea is kept · gitea-1 starts');
    expectHidden(CANARY.slice(0, 6));
  });

  it('does the same from its log in pane 8, where the hint names it', async () => {
    const page = await open();
    await page.press('8');
    await page.settle();
    expect(page.screen()).toMatch(/ u secret/);
    await page.press('u');
    expect(page.screen()).toContain('New secret gitea');
    await page.press('\u001B', ')', 'u');
    expect(page.screen()).toContain(`${well.name} does not fail for a secret`);
  });

  it('takes a pasted value of several lines, without the line end of its copy', async () => {
    const key = '-----BEGIN KEY-----\r\nMIIEvQ\r\n-----END KEY-----\r\n';
    const page = await open();
    await page.press('u');
    await page.send(paste(key));
    expect(page.screen()).toContain('45 characters, 3 lines');
    expectHidden('MIIEvQ');
    await page.press(enter);
    await page.settle();
    expect(page.engine.kept.get('gitea')).toBe('-----BEGIN KEY-----\nMIIEvQ\n-----END KEY-----');
  });

  it('erases, refuses an empty value and one over 64 KiB, and changes nothing with Esc', async () => {
    const page = await open();
    await page.press('u', 'a', 'b', '\u007F');
    expect(page.screen()).toMatch(/value of gitea: •▏ 1 character\b/);
    await page.press('\u0015', enter);
    expect(page.screen()).toContain('the value is empty');
    await page.send(paste('x'.repeat(70_000)));
    expect(page.screen()).toContain('at most 65,536 characters');
    await page.press('\u001B');
    expect(page.screen()).not.toContain('New secret');
    expect(page.engine.asked).toEqual([]);
  });

  it('goes to the secret and names the variable where the engine has to be started with it', async () => {
    const env = aMissingSecret({ id: 'env/GIT_TOKEN', cause: 'not set' });
    const page = await open({ instances: [failedFor('env', 'GIT_TOKEN'), well], secrets: [env] });
    await page.press('u');
    expect(page.screen()).toContain('[7 Secrets 1!1]');
    expect(page.line('▸')).toMatch(/GIT_TOKEN +env .*not set → start the engine with GIT_TOKEN set/);
    expect(page.screen()).toContain('end the engine and start it with GIT_TOKEN set in its environment');
  });

  it('only shows it in a read-only console, and says of others that they fail for something else', async () => {
    const page = await open({ readOnly: true });
    await page.press('u');
    expect(page.screen()).toContain('[7 Secrets 2!1]');
    await page.press('1', 'j', 'u');
    expect(page.screen()).toContain('fs-1 has not failed for a secret');
    expect(page.engine.asked).toEqual([]);
  });
});

describe('the Secrets pane', () => {
  it('says which reference does not resolve and who is hit, what fails first', async () => {
    const jira = aSecret({
      id: 'file/jira-token',
      setAt: fixtureNow - 3 * day,
      usedBy: [{ server: 'jira', entries: ['Authorization'] }],
    });
    const page = await open({ secrets: [jira, aMissingSecret({ id: 'file/gitea' })] });
    expect(page.screen()).toContain('7 Secrets 2!1');
    await page.press('7');
    expect(page.screen()).toMatch(/NAME +BACKEND +USED BY +LAST RESOLVE +AGE +TTL +STATE/);
    expect(page.line('▸')).toMatch(/✗ gitea +file +gitea +✗ 48s ago +- +- +no such entry → u create it/);
    expect(page.line('jira-token')).toMatch(/● jira-token +file .*jira +✓ 9s ago +3d +- +ok/);
    expect(page.screen()).toContain('values are never shown');
    expect(page.screen()).toContain('gitea as GITEA_TOKEN');
    expect(page.screen()).toMatch(/✗ gitea-1 +ERROR +waits for it/);
  });

  it('tests one, and tells how it went', async () => {
    const page = await open();
    await page.press('7', 'p');
    await page.settle();
    expect(page.engine.asked).toEqual(['testSecret file/gitea']);
    expect(page.screen()).toContain('file/gitea does not resolve: no such entry');
  });

  it('rotates one, names who has the old value, and restarts them one after the other after a question', async () => {
    const held = aSecret({ id: 'file/gitea', stale: ['gitea-1', 'gitea-2'] });
    const instances = ['gitea-1', 'gitea-2'].map((name) => anInstance({ name }));
    const page = await open({ instances, secrets: [held] });
    await page.press('7', 'C', ...Array.from(CANARY), enter);
    await page.settle();
    expect(page.engine.kept.get('gitea')).toBe(CANARY);
    expect(page.screen()).toContain('Restart what has the old value of gitea?');
    expect(page.screen()).toContain('2 instances: gitea-1, gitea-2');
    await page.press('y');
    await page.settle();
    expect(page.engine.asked).toEqual(['setSecret gitea kept', 'restart gitea-1 in turn', 'restart gitea-2 in turn']);
    expectHidden(CANARY.slice(0, 6));
  });

  it('keeps a new one under a name that is asked for', async () => {
    const page = await open();
    await page.press('7', 'n', ...Array.from('bad name'), enter);
    expect(page.screen()).toContain('"bad name" is no name');
    await page.press('\u0015', ...Array.from('spare'), enter);
    expect(page.screen()).toContain('spare is kept already: C rotates it');
    await page.press('\u0015', ...Array.from('fresh'), enter, ...Array.from(CANARY), enter);
    await page.settle();
    expect(page.engine.kept.get('fresh')).toBe(CANARY);
  });

  it('deletes one after its name was typed, and says whose start will fail', async () => {
    const page = await open({ secrets: [aSecret({ id: 'file/gitea' })] });
    await page.press('7', 'D');
    expect(page.screen()).toContain('Used by gitea (GITEA_TOKEN): its next start fails.');
    await page.press(...Array.from('gitea'), enter);
    await page.settle();
    expect(page.engine.asked).toEqual(['removeSecret gitea force']);
  });

  it('jumps to the instance that needs it most', async () => {
    const page = await open();
    await page.press('7', enter);
    expect(page.screen()).toContain('[1 Instances');
    expect(page.line('▸')).toContain('gitea-1');
  });

  it('says why a key does nothing', async () => {
    const page = await open({ secrets: [aMissingSecret({ id: 'env/KEY', cause: 'not set' })] });
    await page.press('7', 'C');
    expect(page.screen()).toContain('KEY is in the environment of the engine');
    await page.press('u');
    expect(page.screen()).toContain('start the engine with KEY set in its environment');
    await page.press('R');
    expect(page.screen()).toContain('nothing has an old value of KEY');
  });

  it('filters by state and server, shows only problems, and offers the reference to copy', async () => {
    const page = await open();
    await page.press('7', '/', ...Array.from('state:unused'), enter);
    expect(page.line('▸')).toContain('spare');
    await page.press('\u001B', '!');
    expect(page.screen()).not.toContain('spare');
    await page.press('y');
    expect(page.screen()).toContain('secret:file/gitea');
  });

  it.each([
    [60, 16, /✗ gitea +file +gitea +no such entry/],
    [80, 24, /✗ gitea +file +gitea +✗ 48s ago +no such entry → u create it/],
    [160, 40, /✗ gitea +file +secret:file\/gitea +gitea +✗ 48s ago +- +- +no such entry → u create it/],
  ])('fits %i×%i', async (columns, rows, row) => {
    const page = await open({ columns, rows });
    await page.press('7');
    expect(page.screen()).toMatch(row);
  });

  it('says that the file cannot be read, and why', async () => {
    const reason = 'key file /data/secrets/secrets.key is missing';
    const info = { secretFile: { kind: 'unreadable', reason, hint: 'put it back from a backup' } } as const;
    const failing = aSecret({ id: 'file/gitea', state: 'failing', cause: reason });
    const page = await open({ secrets: [failing], info });
    await page.press('7');
    expect(page.screen()).toContain('file ▲ unreadable');
    expect(page.screen()).toContain(`which cannot be read: ${reason}`);
  });

  it('shows a backend that an operator has defined, why a secret of it does not resolve, and the step', async () => {
    const at = 1_700_000_000_000;
    const cause = 'HTTP 503: sealed';
    const step = 'bao operator unseal, at backend openbao; what waits for it starts by itself';
    const sealed = aSecret({
      id: 'openbao/kv/gitea-creds#token',
      state: 'failing',
      cause,
      step,
      last: { at, ok: false, cause, isMissing: false, why: 'sealed' },
    });
    const state = { kind: 'failing', at, why: 'sealed', reason: cause } as const;
    const info = { secretBackends: [{ name: 'openbao', kind: 'openbao', state }] } as const;
    const page = await open({ secrets: [sealed], info, columns: 120, rows: 36 });
    await page.press('7');
    expect(page.screen()).toContain('openbao ▲ sealed');
    expect(page.screen()).toMatch(/✗ kv\/gitea-creds#token +openbao +gitea .*HTTP 503: sealed/);
    expect(page.screen()).toContain('bao operator unseal, at backend openbao');
    await page.press('C');
    expect(page.screen()).toContain('kv/gitea-creds#token is kept by openbao: it is changed there');
  });
});

describe('B on a secret that is kept', () => {
  it('lists its earlier values by number and fingerprint, and restores the chosen one after a y', async () => {
    const page = await open({ secrets: [aSecret({ id: 'file/gitea' })] });
    await page.press('7', 'B');
    await page.settle();
    expect(page.screen()).toMatch(/version 1 .*set 1h ago · fingerprint aaaaaaaaaaaa/);
    await page.press(enter);
    expect(page.screen()).toContain('Restore version 1 of secret gitea?');
    await page.pass(300);
    await page.press('y');
    await page.settle();
    expect(page.engine.asked.at(-1)).toBe('restoreSecret gitea 1');
  });
});

describe('the column TTL', () => {
  it('says when a value goes by itself, where its backend tells', async () => {
    const page = await open({
      secrets: [aSecret({ id: 'bao/kv/gitea#token', backend: 'bao', expiresAt: fixtureNow + 27 * day })],
    });
    await page.press('7');
    expect(page.line('▸')).toMatch(/ 27d +ok/);
    expect(page.screen()).toContain('gone in 27d');
  });
});
