import { afterEach, describe, expect, it } from 'vitest';
import { McptuiError } from '../../../src/kernel/errors.ts';
import { openApp, type OpenApp } from '../../support/worlds/open-app.tsx';

const esc = '\u001B';

describe('actions that ask first', () => {
  let app: OpenApp;
  afterEach(() => app.close());

  it('stops a running instance after y, and not after n, Enter, Esc or another key', async () => {
    app = await openApp();
    await app.press('j', 'j');
    for (const answer of ['n', '\r', esc, 'x']) {
      await app.press('s');
      expect(app.screen()).toContain('Stop jira-1?');
      await app.press(answer);
      expect(app.engine.asked).toEqual([]);
      await app.press(esc);
    }
    await app.press('s', 'y');
    expect(app.engine.asked).toEqual(['stop ins_jira-1']);
  });

  it('starts a stopped instance and retries a failed one at once', async () => {
    app = await openApp();
    await app.press('R', 'G', 's');
    expect(app.engine.asked).toEqual(['retry ins_gitea-1', 'start ins_pg-1']);
  });

  it('restarts after y, which is not the key that asked', async () => {
    app = await openApp();
    await app.press('j', 'j', 'r', 'r', 'r');
    expect(app.engine.asked).toEqual([]);
    await app.press('y');
    expect(app.engine.asked).toEqual(['restart ins_jira-1']);
  });

  it('does not take a y that comes within 250 ms of the question or of another key', async () => {
    app = await openApp();
    await app.press('j', 'j', 's');
    await app.pass(50);
    await app.send('y');
    await app.pass(50);
    await app.send('y');
    await app.pass(110);
    expect(app.engine.asked).toEqual([]);
    await app.pass(260);
    await app.send('y');
    await app.pass(110);
    expect(app.engine.asked).toEqual(['stop ins_jira-1']);
  });

  it('answers nothing with keys that arrive together or as a paste', async () => {
    app = await openApp();
    await app.press('j', 'j', 's');
    await app.pass(1000);
    await app.send('yy');
    await app.pass(1000);
    await app.send('\u001B[200~y\u001B[201~');
    expect(app.engine.asked).toEqual([]);
    expect(app.screen()).toContain('pasted text answers no question');
  });

  it('deletes a server only when its name was typed, key by key', async () => {
    app = await openApp();
    await app.press('D');
    expect(app.screen()).toContain('Delete server gitea?');
    await app.press('g', 'i', 't', 'e', '\r');
    expect(app.screen()).toContain('that is not gitea');
    await app.send('\u001B[200~a\u001B[201~');
    expect(app.engine.asked).toEqual([]);
    await app.press('a', '\r');
    expect(app.engine.asked).toEqual(['deleteServer gitea']);
  });

  it('keeps the target of a question when the order of rows changes under it', async () => {
    app = await openApp();
    await app.press('j', 'j', 's');
    const jira = app.engine.view().instances.get('ins_jira-1');
    if (jira === undefined) throw new Error('no jira-1');
    app.engine.patch({ op: 'put', kind: 'instances', value: { ...jira, health: 'healthy' } });
    await app.pass(500);
    await app.press('y');
    expect(app.engine.asked).toEqual(['stop ins_jira-1']);
  });

  it('shows why a command failed until Esc', async () => {
    app = await openApp();
    app.engine.failWith(new McptuiError('unavailable', 'the disk is full', { hint: 'free some space' }));
    await app.press('R');
    await app.settle();
    await app.pass(10_000);
    expect(app.screen()).toContain('✗ the disk is full: free some space · Esc');
    await app.press(esc);
    expect(app.screen()).not.toContain('the disk is full');
  });
});

describe('keys that do nothing', () => {
  let app: OpenApp;
  afterEach(() => app.close());

  it.each([
    ['r', 'gitea-1 is failed, not running: R retries'],
    ['p', 'gitea-1 is failed, not running'],
    ['z', 'there is nothing to undo'],
    ['U', 'U does nothing here · ? shows the keys'],
    [esc, 'nothing to close here · q quits'],
  ])('%j says why', async (key, why) => {
    app = await openApp();
    await app.press(key);
    expect(app.screen()).toContain(why);
    await app.pass(4500);
    expect(app.screen()).not.toContain(why);
  });

  it('names the reason beside a grey key in the help', async () => {
    app = await openApp({ rows: 60, columns: 160 });
    await app.press('?', '/', ...Array.from('restart after'), '\r');
    expect(app.line('restart after a question')).toContain('not now: gitea-1 is failed, not running: R retries');
  });
});

describe('leaving', () => {
  let app: OpenApp;
  afterEach(() => app.close());

  it('quits at once when a daemon runs the engine', async () => {
    app = await openApp();
    await app.press('q');
    expect(app.left).toEqual(['quit']);
  });

  it('asks what becomes of the instances when hosting', async () => {
    app = await openApp({ hosting: true });
    await app.press('q', esc, 'q', '\r', 'q', 'n');
    expect(app.left).toEqual([]);
    await app.press('q', 's');
    expect(app.left).toEqual(['quit-stop']);
    await app.press(esc, 'q', 'h');
    expect(app.left).toEqual(['quit-stop', 'quit-handover']);
  });

  it('never quits by Esc', async () => {
    app = await openApp();
    await app.press('\r', '?', ...Array.from({ length: 12 }, () => esc));
    expect(app.left).toEqual([]);
  });

  it('quits by ctrl-c twice within two seconds', async () => {
    app = await openApp();
    await app.press('\u0003');
    await app.pass(2500);
    await app.press('\u0003');
    expect(app.left).toEqual([]);
    await app.press('\u0003');
    expect(app.left).toEqual(['quit']);
  });

  it('ignores q inside a burst of input', async () => {
    app = await openApp();
    await app.press('x');
    await app.pass(20);
    await app.send('q');
    expect(app.left).toEqual([]);
  });
});
