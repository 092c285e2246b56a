import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LogLine } from '../../../src/engine/index.ts';
import { copySequence } from '../../../src/tui/kit/clipboard.ts';
import { anEvent } from '../../support/builders/console-builders.ts';
import { anInstance, fixtureNow } from '../../support/worlds/fixture-engine.ts';
import { openApp, type OpenApp } from '../../support/worlds/open-app.tsx';
import { sessionsFor } from '../../support/worlds/screen-fixture.ts';
import { runtimeViews } from '../../../src/engine/views/view-model.ts';

const esc = '\u001B';
let app: OpenApp | undefined;
afterEach(() => {
  app?.close();
  app = undefined;
});

describe('the header', () => {
  it('says that the daemon is away, refuses commands meanwhile, and goes on when it is back', async () => {
    app = await openApp();
    app.engine.link('lost');
    await app.pass(12_000);
    expect(app.screen()).toMatch(/✗ engine lost 1[12]s, reconnecting/);
    await app.press('R');
    expect(app.screen()).toContain('the daemon is away: nothing was sent');
    expect(app.engine.asked).toEqual([]);
    app.engine.link('attached');
    await app.pass(100);
    expect(app.screen()).toContain('the daemon is back');
    expect(app.screen()).toContain('● engine');
  });

  it.each([
    [{ storage: { kind: 'full', reason: 'no space left' } }, '▲ store full: no space left'],
    [{ bugs: 3 }, '▲ bugs 3 → audit'],
    [{ runtimes: runtimeViews(() => ({ kind: 'not-permitted', reason: 'EACCES' })) }, '✗ docker not permitted'],
    [{ runtimes: runtimeViews(() => ({ kind: 'unused', reason: '' })) }, '○ docker unused'],
  ] as const)('shows %j', async (info, shown) => {
    app = await openApp({ info });
    expect(app.line('mcptui')).toContain(shown);
  });

  it('names only the worst component where there is no room', async () => {
    app = await openApp({ columns: 60, rows: 16, info: { storage: { kind: 'read-only', reason: 'EIO' } } });
    expect(app.line('mcptui')).toContain('▲ store read-only: EIO');
  });
});

describe('finding', () => {
  it('filters instances as one types, shows the filter, and brings all back with Esc', async () => {
    app = await openApp();
    await app.press('/', 's', 't', 'a', 't', 'e', ':', 'e', 'r', 'r', 'o', 'r');
    expect(app.screen()).toContain('filter state:error · 1-2 of 2');
    await app.press('\r', esc);
    expect(app.screen()).toContain('sort STATE ↑ · 1-8 of 8');
  });

  it('says which key brings the rows back when nothing matches', async () => {
    app = await openApp();
    await app.press('/', 'z', 'z', '\r');
    expect(app.screen()).toContain('none of 8 instances matches the filter · Esc clears it');
    await app.press(esc, '!');
    expect(app.screen()).toContain('1-3 of 3');
  });

  it('tells of a pattern that cannot be read', async () => {
    app = await openApp();
    await app.press('/', '/', '[', '/', '\r');
    expect(app.screen()).toContain('/[/ is not a regular expression: everything is shown');
  });

  it('filters the timeline by field', async () => {
    app = await openApp();
    await app.press('5', '/', ...Array.from('result:error'), '\r');
    expect(app.screen()).toContain('filter result:error · 2 events');
  });

  it('puts the action that is named before those that mention it', async () => {
    app = await openApp();
    await app.press(':', 'r', 'e', 't', 'r', 'y');
    expect(app.line('▸ instance')).toContain('instance.retry');
    await app.press('\r');
    expect(app.engine.asked).toEqual(['retry ins_gitea-1']);
  });

  it('acts on a named instance from the palette and remembers what was typed', async () => {
    app = await openApp();
    await app.press(':', ...Array.from('probe jira'), '\r');
    expect(app.engine.asked).toEqual(['probe ins_jira-1']);
    await app.press(':', `${esc}[A`);
    expect(app.screen()).toContain(': probe jira');
  });

  it('goes to an instance that the filter hides, and shows all again', async () => {
    app = await openApp();
    await app.press('!', ':', ...Array.from('pg-1'), '\r');
    expect(app.line('▸')).toContain('pg-1');
  });
});

describe('the audit timeline', () => {
  it('loads everything that is kept once it is looked at', async () => {
    app = await openApp({ events: [], sampleEvents: 12_000 });
    await app.press('5');
    for (let page = 0; page < 4; page += 1) await app.settle();
    expect(app.screen()).toContain('12,000 events');
    await app.press('g');
    expect(app.line('▸')).toContain('session_bind');
  });

  it('goes from a call to its cause and on to the effects of that', async () => {
    app = await openApp();
    await app.press('5', 'K');
    expect(app.screen()).toContain('#51 session_bind');
    await app.press('J');
    expect(app.screen()).toContain('#52 tool_call_trace');
  });

  it('says of a call what its agent did not get, and how to read it', async () => {
    const pages = { id: 'ab12', count: 12, tokens: 91_000, withheldTokens: 83_000 };
    app = await openApp({ events: [anEvent(1, { kind: 'tool_call_trace', detail: { project: 'ops', pages } })] });
    await app.press('5', '\r');
    expect(app.screen()).toMatch(/pages +page 1 of 12 given, ≈83,000 of ≈91,000 tokens withheld/);
  });

  it('stays where it is while events come', async () => {
    app = await openApp({ rows: 24 });
    await app.press('5', 'k', 'k', 'k');
    const before = app.screen().split('\n').slice(3, 10);
    app.emitEvents(50);
    await app.pass(300);
    expect(app.screen().split('\n').slice(3, 10)).toEqual(before);
    expect(app.screen()).toContain('50 new below');
  });
});

describe('sessions and logs', () => {
  it('shows the sessions and the timeline of one', async () => {
    app = await openApp({ sessions: sessionsFor(2, fixtureNow) });
    await app.press('6');
    expect(app.line('▸')).toContain('claude-code 2.1');
    await app.press('\r');
    expect(app.screen()).toContain('filter session:ses_1');
  });

  it('names the agent where there is room, and finds it', async () => {
    const sessions = sessionsFor(2, fixtureNow).map((session, i) =>
      i === 1 ? { ...session, agent: 'reviewer' } : session,
    );
    app = await openApp({ columns: 140, sessions });
    await app.press('6');
    expect(app.screen()).toMatch(/CLIENT +AGENT +PROJECT/);
    expect(app.line('claude-code')).toMatch(/claude-code 2\.1 +- +default/);
    expect(app.line('cursor')).toMatch(/cursor 3\.0 +reviewer +default/);
    await app.press('/', ...Array.from('agent:reviewer'), '\r');
    expect(app.screen()).toContain('1 connected');
    expect(app.line('▸')).toContain('cursor 3.0');
    app.close();
    app = await openApp({ columns: 60, sessions });
    await app.press('6');
    expect(app.line('cursor')).toMatch(/cursor 3\.0 +reviewer/);
  });

  it('follows a log and moves between instances', async () => {
    app = await openApp({ logs: [{ n: 1, at: fixtureNow, stream: 'stderr', text: 'SLACK_TEAM_ID is not set' }] });
    await app.press('8');
    await app.settle();
    expect(app.screen()).toContain('SLACK_TEAM_ID is not set');
    expect(app.screen()).toContain('Logs · gitea-1');
    await app.press(')');
    expect(app.screen()).toContain('Logs · slack-1');
  });

  it('keep the line under the reader while a chatty server goes on, and reach what is older', async () => {
    const logs: LogLine[] = [];
    const say = (from: number, to: number): void => {
      for (let n = from; n <= to; n += 1) logs.push({ n, at: fixtureNow + n, stream: 'stderr', text: `line ${n}.` });
    };
    say(1, 900);
    app = await openApp({ logs });
    await app.press('8');
    await app.settle();
    expect(app.screen()).toContain('line 900.');
    await app.press('k', 'k');
    const first = (): string => /line \d+\./.exec(app?.screen() ?? '')?.[0] ?? '';
    const read = first();
    for (let round = 0; round < 4; round += 1) {
      say(901 + round * 400, 1_300 + round * 400);
      // The engine forgets the oldest; what is read stays.
      logs.splice(0, Math.max(0, logs.length - 1_200));
      await app.pass(1_000);
      await app.settle();
      expect(first()).toBe(read);
      expect(app.screen()).toContain(`${((round + 1) * 400).toLocaleString('en')} new below · G follows`);
    }
    await app.press('g');
    expect(first()).toBe('line 1.');
    await app.press('G');
    expect(app.screen()).toContain('line 2500.');
    expect(app.screen()).toContain('follow ▼');
  });
});

describe('copying', () => {
  it('sends the chosen text to the terminal', async () => {
    app = await openApp();
    await app.press('y', 'n');
    expect(app.copied).toEqual(['gitea-1']);
    await app.press('5', 'y', 'j');
    expect(JSON.parse(app.copied[1] ?? '')).toMatchObject({
      n: 60,
      at: '2026-03-01T14:02:11.000Z',
      detail: { bytesIn: 120 },
    });
  });

  it('wraps OSC 52 for tmux and refuses what terminals do not take', () => {
    expect(copySequence('hi', {})).toBe('\u001B]52;c;aGk=\u0007');
    expect(copySequence('hi', { TMUX: '/tmp/tmux' })).toContain('\u001BPtmux;\u001B\u001B]52;c;aGk=\u0007\u001B\\');
    expect(copySequence('x'.repeat(80_000), {})).toBeUndefined();
  });
});

describe('the detail', () => {
  it('never shows the value of an environment entry', async () => {
    app = await openApp({
      instances: [anInstance()],
      rows: 60,
      detail: { env: [{ name: 'MODE', from: 'literal', state: 'ok' }] },
    });
    await app.press(']', ']');
    await app.settle();
    // The table's module is loaded when it is first needed.
    const opened = app;
    await vi.waitFor(() => expect(opened.screen()).toMatch(/│ MODE +│ literal +│ ● ok +│/), { timeout: 60_000 });
  });

  it('keeps its tab from row to row', async () => {
    app = await openApp();
    await app.press(']', 'j', 'j');
    await app.settle();
    expect(app.screen()).toContain('jira-1 · Events [Spec] Env');
    expect(app.screen()).toContain('"name": "jira"');
  });
});

describe('a long table of environment entries', () => {
  it('scrolls entry by entry', async () => {
    const env = Array.from({ length: 30 }, (_, index) => ({
      name: `NAME_${index}`,
      from: 'literal',
      state: 'ok' as const,
    }));
    app = await openApp({ detail: { env } });
    await app.press(']', ']');
    await app.settle();
    expect(app.screen()).toContain('1-4 of 30 entries');
    await app.press('\t', 'j', 'j');
    expect(app.screen()).toContain('3-6 of 30 entries');
    await app.press('G');
    expect(app.screen()).toContain('27-30 of 30 entries');
  });
});

describe('an instance that serves one session', () => {
  it('says whose it is, in its row and in its detail', async () => {
    const lease = { sessionId: 'ses_01H', client: 'claude-code 2.1', since: fixtureNow - 240_000 };
    app = await openApp({ instances: [anInstance({ name: 'fs-1', lease })] });
    expect(app.line('fs-1')).toContain('leased to claude-code 2.1 · tools/list p50');
    expect(app.line('lease ')).toMatch(/lease claude-code 2\.1 {3}ses_01H {3}since 4m/);
  });
});

describe('the tabs', () => {
  it('shorten the longest title before any goes, and say it whole where there is room', async () => {
    const many = Array.from({ length: 1_200 }, (_, n) =>
      anInstance({ id: `ins_${n}`, name: `fs-${n}`, phase: 'error' }),
    );
    app = await openApp({ columns: 120, instances: many });
    expect(app.screen()).toMatch(/ 3 Persona \d.* 9 Tools/);
    app.close();
    app = await openApp({ columns: 140, instances: many });
    expect(app.screen()).toMatch(/ 3 Personalities \d.* 9 Tools/);
  });
});
