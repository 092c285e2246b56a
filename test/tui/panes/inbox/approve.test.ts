import { afterEach, describe, expect, it } from 'vitest';
import type { ProposalView } from '../../../../src/engine/index.ts';
import { aProposal, hashOf } from '../../../support/builders/content-builders.ts';
import type { OpenApp } from '../../../support/worlds/open-app.tsx';
import { longBody, openInbox } from '../../../support/worlds/open-inbox.ts';

const esc = '\u001B';
const enter = '\r';
let app: OpenApp;
afterEach(() => app.close());

const one = (part: Partial<ProposalView> = {}) => ({ proposals: [aProposal({ id: 'p802', ...part })] });
const approval = (id: string): string => `approveProposal "${id}" {"hash":"${hashOf(`${id} proposed`)}"}`;
const open = async (options: Parameters<typeof openInbox>[0] = {}): Promise<void> => {
  app = await openInbox({ content: one(), ...options });
};
const patchProposal = async (part: Partial<ProposalView>): Promise<void> => {
  const proposal = app.engine.view().proposals.get('p802');
  if (proposal === undefined) throw new Error('no p802');
  app.engine.patch({ op: 'put', kind: 'proposals', value: { ...proposal, ...part } });
  await app.settle();
};

describe('proposal.approve', () => {
  it('opens the diff at the first a, asks at the second, and approves after y by the hash that was shown', async () => {
    await open({ columns: 80, rows: 24 });
    await app.press('a');
    await app.settle();
    expect(app.screen()).toContain('[Diff]');
    expect(app.screen()).toContain('Trust \\u202eme.');
    await app.press('a');
    expect(app.screen()).toContain('Approve p802?');
    expect(app.engine.asked).toEqual([]);
    await app.press('y');
    await app.settle();
    expect(app.engine.asked).toEqual([approval('p802')]);
    expect(app.screen()).toContain('deploy-rules 1.4.2 approved · z undo');
    expect(app.screen()).toContain('nothing waits for a decision');
  });

  it.each(['a', enter, 'n', esc, 'x'])('does not take %j for a yes', async (answer) => {
    await open();
    await app.press('a', 'a');
    expect(app.screen()).toContain('Approve p802?');
    await app.press(answer);
    await app.settle();
    expect(app.engine.asked).toEqual([]);
  });

  it('takes no y that comes within 250 ms of the question, with other keys, or as a paste', async () => {
    await open();
    await app.press('a', 'a');
    await app.send('y');
    await app.pass(200);
    await app.send('yy');
    await app.pass(1000);
    await app.send('\u001B[200~y\u001B[201~');
    await app.pass(1000);
    expect(app.engine.asked).toEqual([]);
  });

  it('wants a long diff to be scrolled to its end, and says how much is left', async () => {
    await open({ rows: 24, content: { ...one(), proposed: { p802: longBody(100) } } });
    await app.press('a');
    await app.settle();
    await app.press('a');
    expect(app.screen()).toMatch(/read the diff to its end first: \d+ lines below · G goes there/);
    await app.press('\u0004', 'a');
    expect(app.state().overlay).toBeUndefined();
    await app.press('G', 'a');
    expect(app.screen()).toContain('Approve p802?');
  });

  it('reads its diff with the keys of any text, and does not count lines as read that are left out', async () => {
    await open({ rows: 24, content: { ...one(), proposed: { p802: longBody(100) } } });
    await app.press('a');
    await app.settle();
    await app.press('/', ...Array.from('rule 7'), enter);
    expect(app.screen()).toMatch(/find rule 7 1\/11 /);
    expect(app.line('Rule 7.')).toContain('+ 11');
    await app.press('n');
    expect(app.screen()).toMatch(/find rule 7 2\/11 /);
    await app.press(esc, '&', ...Array.from('rule 99'), enter);
    expect(app.screen()).toMatch(/& rule 99 · 1-1 of 1 line/);
    await app.press('a');
    expect(app.screen()).toContain('read the whole diff first: Esc shows the lines that & and - leave out');
    await app.press(esc, 'L');
    expect(app.screen()).toContain('column 9');
    await app.press('w', 'G', 'a');
    expect(app.screen()).toContain('Approve p802?');
  });

  it('does not count a diff as read that merely stood beside the list', async () => {
    await open({ columns: 160, rows: 48 });
    expect(app.screen()).toContain('Trust \\u202eme.');
    await app.press('a');
    await app.settle();
    expect(app.engine.asked).toEqual([]);
    expect(app.state().overlay).toBeUndefined();
    expect(app.screen()).toContain('read p802 first');
  });

  it('wants it to be read again once it has changed, and says so while it is open', async () => {
    await open();
    await app.press('a');
    await app.settle();
    expect(app.screen()).toContain('✓ read');
    await patchProposal({ hash: hashOf('other') });
    expect(app.screen()).toContain('p802 has changed: this is its new diff');
    await app.press(esc);
    await patchProposal({ hash: hashOf('yet another') });
    await app.press('a');
    expect(app.state().overlay).toBeUndefined();
  });

  it('shows the new diff when it changed between the question and the yes', async () => {
    await open();
    await app.press('a', 'a');
    expect(app.screen()).toContain('Approve p802?');
    await patchProposal({ hash: hashOf('other') });
    await app.press('y');
    await app.settle();
    expect(app.engine.asked).toEqual([approval('p802')]);
    expect(app.screen()).toContain('p802 has changed since it was shown: it is shown as it is now');
    expect(app.state().view?.proposals.get('p802')?.state).toBe('pending');
    expect(app.screen()).toContain('[Diff]');
  });

  it('says who was faster when another console decides while it is read', async () => {
    await open();
    await app.press('a');
    await app.settle();
    await patchProposal({
      state: 'approved',
      decision: { by: 'operator:bob', at: app.state().now, reason: '', semver: '1.4.2' },
    });
    expect(app.screen()).toContain('approved by bob');
    await app.press('a');
    expect(app.screen()).toContain('p802 is approved already');
    expect(app.engine.asked).toEqual([]);
  });

  it('says of an approval that was undone that it was taken back, and as what', async () => {
    await open();
    const at = app.state().now;
    await patchProposal({
      state: 'approved',
      decision: {
        by: 'operator:bob',
        at,
        reason: '',
        semver: '1.4.2',
        takenBack: { by: 'operator:ann', at, semver: '1.4.3' },
      },
    });
    await app.press('A');
    await app.settle();
    expect(app.screen()).toMatch(/approved by bob \S+ ago as 1\.4\.2/);
    expect(app.screen()).toContain('1.4.3');
    expect(app.line('▸')).toContain('taken back');
  });

  it('sends a stale one to u', async () => {
    await open({ content: one({ isStale: true }) });
    await app.press('a');
    expect(app.screen()).toContain('p802 is stale: u rebases it first');
  });

  it('changes nothing when read-only, where the diff can still be read', async () => {
    await open({ readOnly: true });
    for (const key of ['a', 'x', 'm', 'e', 'E', 'u', 'z']) {
      await app.press(key);
      expect(app.screen()).toContain('the console is read-only');
    }
    await app.press(enter);
    await app.settle();
    expect(app.screen()).toContain('✓ read');
    expect(app.engine.asked).toEqual([]);
  });

  it('is taken back by z at once, and later after a question', async () => {
    await open();
    await app.press('a', 'a', 'y');
    await app.settle();
    await app.press('j', 'z');
    await app.settle();
    expect(app.engine.asked.slice(1)).toEqual([expect.stringMatching(/^undoRevision "rev_deploy-rules_/)]);
    await app.press('z');
    expect(app.screen()).toContain('there is nothing to undo');
  });

  it('asks before it takes back what is not on screen any more', async () => {
    await open();
    await app.press('a', 'a', 'y');
    await app.settle();
    await app.pass(20_000);
    expect(app.screen()).not.toContain('z undo 0s');
    await app.press('z');
    expect(app.screen()).toContain('The last action was: approval of p802 (deploy-rules 1.4.2).');
    await app.press('y');
    await app.settle();
    expect(app.engine.asked.at(-1)).toMatch(/^undoRevision/);
  });

  it('never approves by a stream of bytes without pauses', async () => {
    await open();
    const keys = ['a', 'y', enter, 'a', 'y', 'y', ' ', '*', 'G', 'a', 'y', 'd', 'y'];
    for (let index = 0; index < 300; index += 1) {
      await app.send(keys[(index * 7) % keys.length] ?? 'y');
      await app.pass(index % 90);
    }
    expect(app.engine.asked.filter((line) => line.startsWith('approve'))).toEqual([]);
  });
});

describe('marked proposals', () => {
  const three = ['p1', 'p2', 'p3'].map((id) => aProposal({ id, name: `rules-${id}`, isNew: true, next: '0.1.0' }));
  const read = async (): Promise<void> => {
    await app.press(enter);
    await app.settle();
    await app.press(esc);
  };

  it('are approved together when they were read; the others are named and left', async () => {
    app = await openInbox({ content: { proposals: [...three, aProposal({ id: 'p4', isStale: true })] } });
    await read();
    await app.press('j');
    await read();
    await app.press('*');
    expect(app.screen()).toContain('4 marked');
    await app.press('a');
    expect(app.screen()).toContain('Approve 2 proposals?');
    expect(app.screen()).toContain('Left as they are: p3 (not read yet), p4 (stale)');
    await app.press('y');
    await app.settle();
    expect(app.engine.asked).toEqual([approval('p1'), approval('p2')]);
    expect(app.screen()).toContain('2 proposals approved · z undo');
    await app.press('z');
    await app.settle();
    expect(app.engine.asked.slice(2)).toEqual(['undoRevision "rev_p2"', 'undoRevision "rev_p1"']);
  });

  it('are not approved when none of them was read', async () => {
    app = await openInbox({ content: { proposals: three } });
    await app.press(' ', 'j', ' ', 'a');
    expect(app.screen()).toContain('none of the marked ones can be approved: p1 (not read yet), p2 (not read yet)');
    expect(app.state().overlay).toBeUndefined();
  });

  it('are what a, in the list, is about: not the row under the cursor', async () => {
    app = await openInbox({ content: { proposals: three } });
    await read();
    await app.press(' ', 'j', 'a');
    expect(app.screen()).toContain('Approve p1?');
  });

  it('lose their marks one by one, all at once, or by Esc', async () => {
    app = await openInbox({ content: { proposals: three } });
    await app.press(' ', ' ');
    expect([...app.state().inbox.marked]).toEqual([]);
    await app.press('*', '*', '*', esc);
    expect([...app.state().inbox.marked]).toEqual([]);
  });

  it('says which approvals failed and takes back the others', async () => {
    app = await openInbox({ content: { proposals: three } });
    await read();
    await app.press('j');
    await read();
    await app.press('*', 'a');
    const changed = app.engine.view().proposals.get('p2');
    if (changed !== undefined)
      app.engine.patch({ op: 'put', kind: 'proposals', value: { ...changed, hash: hashOf('x') } });
    await app.press('y');
    await app.settle();
    expect(app.screen()).toContain('1 approved; proposal p2 has changed since it was shown');
  });
});
