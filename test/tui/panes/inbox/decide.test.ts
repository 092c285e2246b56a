import { afterEach, describe, expect, it } from 'vitest';
import { McptuiError } from '../../../../src/kernel/errors.ts';
import type { ProposalView } from '../../../../src/engine/index.ts';
import { aProposal } from '../../../support/builders/content-builders.ts';
import type { OpenApp } from '../../../support/worlds/open-app.tsx';
import { openInbox } from '../../../support/worlds/open-inbox.ts';

const esc = '\u001B';
const enter = '\r';
let app: OpenApp;
afterEach(() => app.close());

const one = (part: Partial<ProposalView> = {}) => ({ proposals: [aProposal({ id: 'p802', ...part })] });

describe('proposal.reject', () => {
  it('asks for a reason, does nothing without one, and says how it is taken back', async () => {
    app = await openInbox({ content: one() });
    await app.press('x');
    expect(app.screen()).toContain('Reject p802');
    await app.press(enter, ' ', enter);
    expect(app.screen()).toContain('a reason is required: the author will read it');
    expect(app.engine.asked).toEqual([]);
    await app.press(...Array.from('too vague'), enter);
    await app.settle();
    expect(app.engine.asked).toEqual(['rejectProposal "p802" "too vague"']);
    expect(app.screen()).toContain('p802 rejected · z undo');
    await app.press('z');
    await app.settle();
    expect(app.engine.asked.at(-1)).toBe('reopenProposal "p802"');
    expect(app.screen()).toContain('p802 waits again');
    expect(app.line('▸')).toContain('p802');
  });

  it('changes nothing after Esc', async () => {
    app = await openInbox({ content: one() });
    await app.press('x', 'n', 'o', esc);
    expect(app.engine.asked).toEqual([]);
  });

  it('rejects all that are marked for one reason', async () => {
    app = await openInbox();
    await app.press(' ', 'j', ' ', 'x', ...Array.from('no'), enter);
    await app.settle();
    expect(app.engine.asked).toEqual(['rejectProposal "p7f3" "no"', 'rejectProposal "p801" "no"']);
    expect(app.screen()).toContain('2 proposals rejected');
  });

  it('takes a pasted reason as far as its first line', async () => {
    app = await openInbox({ content: one() });
    await app.press('x');
    await app.send('\u001B[200~see the wiki\ry\r\u001B[201~');
    expect(app.engine.asked).toEqual([]);
    await app.press(enter);
    await app.settle();
    expect(app.engine.asked).toEqual(['rejectProposal "p802" "see the wiki"']);
  });
});

describe('proposal.comment', () => {
  it('adds a comment, which the tab counts and shows', async () => {
    app = await openInbox({ content: one() });
    await app.press('m', ...Array.from('why Fridays?'), enter);
    await app.settle();
    expect(app.engine.asked).toEqual(['commentProposal "p802" "why Fridays?"']);
    expect(app.screen()).toContain('Comments 1');
    await app.press(enter, ']', ']');
    await app.settle();
    expect(app.screen()).toContain('why Fridays?');
  });
});

describe('proposal.rebase', () => {
  it('is only for a stale one', async () => {
    app = await openInbox({ content: one() });
    await app.press('u');
    expect(app.screen()).toContain('p802 is not stale: nothing to rebase');
  });

  it('shows the new diff, which has to be read again', async () => {
    app = await openInbox({ content: one({ isStale: true }) });
    await app.press(enter);
    await app.settle();
    await app.press('u');
    await app.settle();
    expect(app.engine.asked).toEqual(['rebaseProposal "p802"']);
    expect(app.screen()).toContain('p802 is rebased: read its new diff before you approve');
    expect(app.screen()).not.toContain('STALE');
    expect(app.screen()).toContain('1.4.2 → 1.4.3');
    expect(app.state().inbox.seen.get('p802')).toBe(app.state().view?.proposals.get('p802')?.hash);
  });

  it('opens the editor on a conflict, again while markers are left, and hands in what was settled', async () => {
    const given: string[] = [];
    const stale = { live: '1.4.2', isClean: false } as never;
    app = await openInbox({
      content: { ...one({ isStale: true }), details: { p802: { stale } } },
      edit(text) {
        given.push(text);
        return given.length === 1 ? text.replace('=======\n', '') : text.replaceAll(/^[<>]{7}.*\n/gm, '');
      },
    });
    await app.press('u');
    await app.settle();
    expect(given).toHaveLength(2);
    expect(given[0]).toContain('<<<<<<< live 1.4.2');
    expect(app.engine.asked[0]).toBe('rebaseProposal "p802"');
    expect(app.engine.asked.at(-1)).toMatch(/^rebaseProposal "p802" \{"text":".*","onto":"[0-9a-f]{64}"\}$/);
    expect(app.engine.asked.at(-1)).not.toContain('<<<<<<<');
    expect(app.screen()).toContain('p802 is rebased');
  });
});

describe('proposal.edit', () => {
  it('changes what is proposed in the editor; then it has to be read again', async () => {
    app = await openInbox({ content: one(), edit: (text) => text.replace('Trust', 'Do not trust') });
    await app.press(enter);
    await app.settle();
    await app.press('e');
    await app.settle();
    expect(app.engine.asked).toEqual([expect.stringMatching(/^editProposal "p802" .*Do not trust/)]);
    expect(app.screen()).toContain('Do not trust \\u202eme.');
    expect(app.screen()).toContain('p802 is changed: this is its new diff');
  });

  it('changes nothing when the text was left as it was', async () => {
    app = await openInbox({ content: one(), edit: () => undefined });
    await app.press('e');
    await app.settle();
    expect(app.screen()).toContain('p802: nothing was changed');
    expect(app.engine.asked).toEqual([]);
  });

  it('edits inline with E', async () => {
    app = await openInbox({ content: one() });
    await app.press('E');
    expect(app.state().overlay?.kind).toBe('editor');
  });
});

describe('a decision that fails', () => {
  it('says why, until Esc', async () => {
    app = await openInbox({ content: one() });
    await app.press('a', 'a');
    app.engine.failWith(new McptuiError('denied', 'proposal p802 is your own: somebody else has to approve it'));
    await app.press('y');
    await app.settle();
    expect(app.screen()).toContain('proposal p802 is your own: somebody else has to approve it · Esc');
    expect(app.state().undo).toBeUndefined();
  });
});
