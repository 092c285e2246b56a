import { afterEach, describe, expect, it } from 'vitest';
import { pairOf } from '../../../src/tui/overlays/revisions.ts';
import { anInstance } from '../../support/worlds/fixture-engine.ts';
import { openApp, type OpenApp } from '../../support/worlds/open-app.tsx';

let app: OpenApp | undefined;
afterEach(() => {
  app?.close();
  app = undefined;
});

const fs = anInstance({ id: 'ins_fs', name: 'fs-1', server: 'fs', serverId: 'srv_fs', phase: 'running' });
const enter = '\r';

/** The console on one server; `edit` stands for the operator's editor. */
async function opened(edit?: (text: string, error: string | undefined) => string | undefined): Promise<OpenApp> {
  app = await openApp({
    instances: [fs],
    ...(edit === undefined ? {} : { edit: (text, { error }) => edit(text, error) }),
  });
  return app;
}
describe('e in Instances', () => {
  it('saves at once what restarts nothing, and z takes it back', async () => {
    const on = await opened((text) => text.replace('context: ""', 'context: the files'));
    await on.press('e');
    await on.pass(100);
    expect(on.engine.asked).toEqual(['updateServer fs context']);
    expect(on.screen()).toContain('fs revision 2: context · nothing is restarted');
    await on.press('z');
    await on.pass(100);
    expect(on.screen()).toContain('fs: revision 2 is taken back');
    expect(on.engine.view().servers.get('srv_fs')).toMatchObject({ context: '', revision: 3 });
    await on.press('Z');
    await on.pass(100);
    expect(on.screen()).toContain('fs: revision 2 is live again');
    expect(on.engine.view().servers.get('srv_fs')).toMatchObject({ context: 'the files', revision: 4 });
  });

  it('shows what restarts and asks; no keeps the text, yes changes it', async () => {
    const on = await opened((text) => text.replace('env: {}', 'env:\n  MODE: new'));
    await on.press('e');
    await on.pass(300);
    expect(on.screen()).toContain('Change server fs?');
    expect(on.screen()).toContain('env MODE  + new  (restart)');
    expect(on.screen()).toContain('restarts fs-1, when its calls in flight have ended');
    await on.press('n');
    expect(on.screen()).toContain('your text is in /tmp/kept/server-fs.yaml');
    expect(on.engine.asked).toEqual([]);
    await on.press('e');
    await on.pass(300);
    await on.press('y');
    await on.pass(100);
    expect(on.engine.asked).toEqual(['updateServer fs env MODE']);
    expect(on.screen()).toContain('fs revision 2: env MODE');
  });

  it('opens the text again with the reason on top when it cannot be', async () => {
    const reasons: (string | undefined)[] = [];
    const on = await opened((text, error) => {
      reasons.push(error);
      return error === undefined ? text.replace('replicas: 1', 'replicas: many') : text.replace('many', '2');
    });
    await on.press('e');
    await on.pass(100);
    expect(reasons).toEqual([undefined, expect.stringContaining('server fs: --replicas')]);
    expect(on.engine.view().servers.get('srv_fs')).toMatchObject({ replicas: 2 });
  });

  it('is gone in a read-only console', async () => {
    app = await openApp({ instances: [fs], readOnly: true, edit: (text) => `${text}\n` });
    await app.press('e');
    expect(app.screen()).toContain('read-only');
    expect(app.engine.asked).toEqual([]);
  });
});

describe('h in Instances', () => {
  it('lists the revisions, compares the chosen one with what is live, and brings it back', async () => {
    const on = await opened((text) => text.replace('context: ""', 'context: the files'));
    await on.press('e');
    await on.pass(100);
    await on.press('h');
    await on.pass(100);
    expect(on.screen()).toContain('History of server fs');
    expect(on.screen()).toMatch(/2 +live/);
    await on.press('\u001b[B', enter);
    await on.pass(300);
    expect(on.screen()).toContain('fs: 1 → 2 · +1 −1');
    expect(on.screen()).toMatch(/context: "?the files/);
    await on.press('\u001b');
    expect(on.screen()).toContain('History of server fs');
    await on.press('B');
    await on.pass(300);
    expect(on.screen()).toContain('Restore server fs to revision 1?');
    expect(on.screen()).toContain('context  the files → ""');
    await on.press('y');
    await on.pass(100);
    expect(on.state().overlay).toBeUndefined();
    expect(on.engine.view().servers.get('srv_fs')).toMatchObject({ context: '', revision: 3 });
  });
});

describe('the history of a server in a read-only console', () => {
  it('compares two marked revisions, and restores none', async () => {
    const on = await opened((text) => text.replace('context: ""', 'context: the files'));
    await on.press('e');
    await on.pass(100);
    on.ui.set({ host: { ...on.state().host, readOnly: true } });
    await on.press('h');
    await on.pass(100);
    await on.press(' ', 'j', ' ', 'd');
    await on.pass(100);
    expect(on.screen()).toContain('fs: 1 → 2');
    await on.press('B');
    expect(on.screen()).toContain('the console is read-only');
    await on.press('q', 'q');
    expect(on.state().overlay).toBeUndefined();
  });
});

describe('pairOf', () => {
  const rows = [3, 2, 1].map((number) => ({
    number,
    author: 'operator:ann',
    note: '',
    at: 0,
    hash: '',
    changed: [],
    isCurrent: number === 3,
  }));
  it.each([
    [{ index: 2, marks: [] }, [1, 3]],
    [{ index: 0, marks: [] }, [2, 3]],
    [{ index: 0, marks: [2, 1] }, [1, 2]],
    [{ index: 2, marks: [2] }, [1, 2]],
    [{ index: 1, marks: [2] }, [1, 2]],
  ])('compares of %j %j, the older one first', (chosen, pair) => {
    expect(pairOf({ rows, ...chosen })).toEqual(pair);
  });

  it('has nothing to compare the first one with', () => {
    expect(pairOf({ rows: rows.slice(2), index: 0, marks: [] })).toBeUndefined();
  });
});

describe('y c in Instances', () => {
  it('copies the server as the command line that creates it', async () => {
    const on = await opened();
    await on.press('y', 'c');
    expect(on.copied).toEqual(['mcptui create server fs --package npm:@example/fs']);
  });
});
