import { afterEach, describe, expect, it } from 'vitest';
import type { ProposalView } from '../../../../src/engine/index.ts';
import { widthOf } from '../../../../src/text/clean.ts';
import { aPersonality, anAgent, aPrompt, aProposal } from '../../../support/builders/content-builders.ts';
import { fixtureNow, minute } from '../../../support/builders/console-builders.ts';
import type { OpenApp } from '../../../support/worlds/open-app.tsx';
import { inboxContent, longBody, openInbox } from '../../../support/worlds/open-inbox.ts';
import { sessionsFor } from '../../../support/worlds/screen-fixture.ts';

const esc = '\u001B';
const enter = '\r';
let app: OpenApp;
afterEach(() => app.close());

/** Its row of the list; "" when it is not listed. */
const rowOf = (id: string): string =>
  app
    .screen()
    .split('\n')
    .find((line) => new RegExp(`^│[▸ ] ${id} `).test(line)) ?? '';
const put = async (value: ProposalView): Promise<void> => {
  app.engine.patch({ op: 'put', kind: 'proposals', value });
  await app.settle();
};

describe('the inbox', () => {
  it('says how many have signed of how many where one person is not enough, and nothing where one is', async () => {
    const signed = (id: string, have: number, need: number): ProposalView =>
      aProposal({ id, approvals: { have, need, signers: [] } });
    app = await openInbox({ content: { proposals: [signed('p1', 1, 2), signed('p2', 0, 1)] } });
    expect(app.line('TARGET')).toContain(' SIG ');
    expect(rowOf('p1')).toContain(' 1/2 ');
    expect(rowOf('p2')).not.toContain('0/1');
    app.engine.patch({ op: 'delete', kind: 'proposals', id: 'p1' });
    await app.settle();
    expect(app.line('TARGET')).not.toContain('SIG');
  });

  it('lists what waits, the oldest first, with stale and risk marks, and counts it in the tab', async () => {
    app = await openInbox();
    const rows = app
      .screen()
      .split('\n')
      .filter((line) => /^│[▸ ] p\w+/.test(line))
      .map((line) => line.slice(1, 64).trimEnd());
    expect(rows).toMatchInlineSnapshot(`
      [
        "▸ p7f3  ▲   prompt  deploy-rules    1.4.1→1.4.2 reviewer 2d",
        "  p801      prompt  new: rollback   -→0.1.0     reviewer 40m",
        "  p802   ⚑  prompt  deploy-rules    1.4.1→1.4.2 mentor   12m",
        "  p803      persona careful         0.1.0→0.1.1 mentor   5m1s",
      ]
    `);
    expect(app.screen()).toContain('[4 Inbox 4]');
    expect(app.screen()).toContain('pending 4 · oldest 2d');
  });

  it('shows the header, the reason, what was checked, and the diff beside it', async () => {
    app = await openInbox({
      sessions: sessionsFor(1, fixtureNow).map((session) => ({ ...session, id: 'ses_91c', calls: 6 })),
    });
    expect(app.screen()).toContain('prompt deploy-rules 1.4.1 → 1.4.2 by reviewer');
    expect(app.screen()).toContain('session ses_91c (6 calls)');
    expect(app.screen()).toContain('▲ STALE live is 1.4.2 · u rebase · ] both sides');
    expect(app.screen()).toContain('reason "two deploys failed on Friday"');
    expect(app.screen()).toMatch(/checks ≈\d+→\d+ tok · no risk found · used by 2:/);
    expect(app.screen()).toContain('- 6  Always deploy on Fridays.');
    expect(app.screen()).toContain('+ 6  Always deploy after the checks pass.');
  });

  it('shows both sides of a stale one in tabs', async () => {
    app = await openInbox();
    await app.press(enter, ']');
    expect(app.screen()).toContain('[Live]');
    expect(app.screen()).toContain('- 9  Gone since.');
    await app.press(']');
    expect(app.screen()).toContain('[Proposed change]');
    await app.press(']');
    expect(app.screen()).toContain('[Text]');
    expect(app.screen()).toContain('6  Always deploy after the checks pass.');
  });

  it('counts unusual characters and names them', async () => {
    app = await openInbox();
    await app.press('j', 'j');
    await app.settle();
    expect(app.screen()).toContain('⚑ 3 unusual characters · \\u202e');
    expect(app.screen()).toContain('×1');
  });

  it('shows what was decided on demand, and finds it by its state', async () => {
    const decision = { by: 'operator:bob', at: fixtureNow - minute, reason: 'too vague' };
    app = await openInbox({
      content: { proposals: [aProposal(), aProposal({ id: 'p900', state: 'rejected', decision })] },
    });
    expect(app.screen()).not.toContain('p900');
    await app.press('A', 'j');
    await app.settle();
    expect(rowOf('p900')).toContain('rejected');
    expect(app.screen()).toMatch(/rejected by bob 1m\ds ago: too vague/);
    await app.press('x');
    expect(app.screen()).toContain('p900 is rejected already');
    await app.press(esc, '/', ...Array.from('state:all'), enter);
    expect(rowOf('p900')).toContain('rejected');
    await app.press('/', '\u0015', ...Array.from('state:rej'), enter);
    expect(app.screen()).not.toContain('p801');
    await app.press(esc);
    expect(rowOf('p801')).not.toBe('');
  });

  it.each([
    ['kind:persona', ['p803']],
    ['from:mentor', ['p802', 'p803']],
    ['stale', ['p7f3']],
    ['!stale id:p80', ['p801', 'p802', 'p803']],
  ])('filters by %s', async (filter, ids) => {
    app = await openInbox();
    await app.press('/', ...Array.from(filter), enter);
    const found = ['p7f3', 'p801', 'p802', 'p803'].filter((id) => new RegExp(`[▸ ] ${id} `).test(app.screen()));
    expect(found).toEqual(ids);
  });

  it('keeps the selection by id while others come and go', async () => {
    app = await openInbox();
    await app.press('j');
    expect(app.line('▸')).toContain('p801');
    await put(aProposal({ id: 'p001', createdAt: fixtureNow - 9_000_000_000 }));
    expect(app.line('▸')).toContain('p801');
    app.engine.patch({ op: 'delete', kind: 'proposals', id: 'p7f3' });
    await app.settle();
    expect(app.line('▸')).toContain('p801');
  });

  it('selects what takes the place of one that is gone', async () => {
    app = await openInbox();
    await app.press('j');
    app.engine.patch({ op: 'delete', kind: 'proposals', id: 'p801' });
    await app.settle();
    expect(app.line('▸')).toContain('p802');
  });

  it('says what would fill it when it is empty', async () => {
    app = await openInbox({ content: { proposals: [] } });
    expect(app.screen()).toContain('nothing waits: agents propose changes with propose_prompt');
    expect(app.screen()).toContain('[4 Inbox]');
    await app.press('a');
    expect(app.screen()).toContain('nothing was proposed yet');
  });

  it.each([
    [160, 48],
    [120, 36],
    [80, 24],
    [60, 16],
  ])('fits %i×%i, in the list and in the diff', async (columns, rows) => {
    app = await openInbox({ columns, rows });
    for (const keys of [[], ['j', 'j'], ['a'], [']'], ['x']]) {
      await app.press(...keys);
      await app.settle();
      const lines = app.screen().split('\n');
      expect(lines).toHaveLength(rows);
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
    }
  });

  it('shows diffs side by side from 140 columns on, and d switches', async () => {
    app = await openInbox({ columns: 160, rows: 48 });
    const sides = /6 {2}Always deploy on Fridays\. +│ \+ 6 {2}Always deploy after/;
    await app.press(enter);
    expect(app.screen()).toMatch(sides);
    await app.press('d');
    expect(app.screen()).not.toMatch(sides);
    expect(app.screen()).toContain('+ 6  Always deploy after the checks pass.');
  });

  it('marks changed words without colour, too', async () => {
    app = await openInbox({ color: false });
    expect(app.screen()).toContain('[-on Fridays-]');
    expect(app.screen()).toContain('{+after the checks pass+}');
  });

  it('goes from change to change, and shows more or less around them', async () => {
    const body = longBody(80).split('\n');
    const changed = body.map((line, index) => (index === 5 || index === 60 ? `${line} Changed.` : line)).join('\n');
    app = await openInbox({
      rows: 24,
      content: {
        ...inboxContent,
        proposals: [aProposal({ id: 'p802' })],
        bodies: { 'deploy-rules': body.join('\n') },
        proposed: { p802: changed },
      },
    });
    await app.press(enter, '}', '}', '}', 'n', 'n');
    expect(app.screen()).toContain('Rule 61. Changed.');
    await app.press('N');
    expect(app.screen()).toContain('Rule 6. Changed.');
    await app.press('{', '{', '{', '{', '{', '{', '{');
    expect(app.screen()).toContain('only changes are shown');
    expect(app.screen()).toContain('⋯ 54 unchanged lines');
  });

  it('shows escape sequences and bidi overrides of names, reasons and texts as escapes', async () => {
    const bad = '\u001B]52;c;AAAA\u0007\u202E';
    app = await openInbox({
      columns: 160,
      content: {
        proposals: [
          aProposal({ id: 'p802', ref: `x${bad}`, name: `x${bad}`, author: `agent:${bad}`, reason: bad, isNew: true }),
        ],
        proposed: { p802: `a ${bad}` },
      },
    });
    for (const keys of [[], [enter], [']'], ['x'], [esc, 'y'], [esc, ':', 'p', '8']]) {
      await app.press(...keys);
      await app.settle();
      expect(app.styled()).not.toContain('\u202E');
      expect(app.styled()).not.toContain('\u0007');
      expect(app.styled()).not.toContain('\u001B]');
    }
    await app.press(esc);
    expect(app.screen()).toContain('\\x1b]52;c;AAAA\\x07\\u202e');
  });

  it('is named in the palette: inbox p803 selects it, approve p801 only opens what was not read', async () => {
    app = await openInbox();
    await app.press('1', ':', ...Array.from('inbox p803'), enter);
    await app.settle();
    expect(app.screen()).toContain('[4 Inbox');
    expect(app.line('▸')).toContain('p803');
    await app.press(':', ...Array.from('approve p801'), enter);
    await app.settle();
    expect(app.screen()).toContain('read p801 first');
    expect(app.engine.asked).toEqual([]);
  });

  it('offers id, diff and command line to be copied', async () => {
    app = await openInbox();
    await app.press('y', 'i', 'y', 'd', 'y', 'u');
    expect(app.copied.slice(0, 2)).toEqual(['p7f3', 'mcptui describe proposal p7f3']);
    expect(app.copied[2]).toContain('-Always deploy on Fridays.\n+Always deploy after the checks pass.\n');
  });

  it('marks by v all from the one marked last to the selected one', async () => {
    app = await openInbox();
    await app.press('v');
    expect(app.screen()).toContain('space marks the row to begin with');
    await app.press(' ', 'j', 'j', 'v');
    expect(app.screen()).toContain('3 marked');
    expect([...app.state().inbox.marked]).toEqual(['p7f3', 'p801', 'p802']);
  });

  it('is sorted by what its columns show', async () => {
    app = await openInbox();
    await app.press('o', 'o');
    expect(app.screen()).toContain('sorted by target');
    const ids = app.screen().match(/(?<=^│[▸ ] )p\w{3}/gm);
    expect(ids).toEqual(['p7f3', 'p802', 'p803', 'p801']);
  });

  it('explains its marks in the help', async () => {
    app = await openInbox();
    await app.press('?');
    expect(app.screen()).toContain('▲ stale  ⚑ risk  ✓ read to its end  + marked');
  });
});

describe('1,000 proposals beside 10,000 prompts', () => {
  it('are formatted only where they are on screen', async () => {
    let read = 0;
    const proposals = Array.from({ length: 1000 }, (_, index): ProposalView => {
      const proposal = aProposal({ id: `p${index + 1000}`, createdAt: fixtureNow - (2000 - index) * 1000 });
      return {
        ...proposal,
        get next() {
          read += 1;
          return proposal.next;
        },
      };
    });
    const prompts = Array.from({ length: 10_000 }, (_, index) => aPrompt({ name: `prompt-${index}` }));
    app = await openInbox({ content: { proposals, prompts, personalities: [aPersonality()], agents: [anAgent()] } });
    expect(app.screen()).toContain('pending 1,000');
    await app.press('G');
    expect(app.line('▸')).toContain('p1999');
    read = 0;
    await app.press('k');
    // Two frames, the key's and the clock's, of 29 rows, the header of the detail, and the diff's label.
    expect(read).toBeGreaterThan(28);
    expect(read).toBeLessThan(4 * 36);
  });
});
