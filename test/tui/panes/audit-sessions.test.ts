import { afterEach, describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../src/engine/index.ts';
import { anEvent } from '../../support/worlds/fixture-engine.ts';
import { openApp, type OpenApp } from '../../support/worlds/open-app.tsx';

let app: OpenApp;
afterEach(() => app.close());

const enter = '\r';
const esc = '\u001b';
const cursor = 'ses_01M8HB486VAK8CFG7BCURS0R';
const claude = 'ses_01M8HB486VAK8CFG7BBCLAUDE';
const bind = (n: number, session: string, client: string, project: string): AuditEvent =>
  anEvent(n, {
    kind: 'session_bind',
    actor: `client:${client}`,
    target: `session/${session}`,
    session,
    detail: { client, project },
  });
const call = (n: number, session: string, tool: string, more: Partial<AuditEvent> = {}): AuditEvent =>
  anEvent(n, {
    kind: 'tool_call_trace',
    actor: 'client:x',
    target: `fs/${tool}`,
    session,
    detail: { arguments: { path: '/etc' }, requestBytes: 120, responseBytes: 4096 },
    ...more,
  });
const saw = (n: number, session: string, what: string, hash: string): AuditEvent =>
  anEvent(n, {
    kind: 'session_saw',
    actor: 'client:x',
    target: `session/${session}`,
    session,
    outcome: 'info',
    detail: { what, hash, bytes: 30, project: 'ops' },
  });

const events: readonly AuditEvent[] = [
  anEvent(1, { kind: 'server_change', actor: 'operator:ann', target: 'server/fs' }),
  bind(2, claude, 'claude-code 2.1', 'ops'),
  saw(3, claude, 'tools', 'h1'),
  bind(4, cursor, 'cursor 3.0', 'web'),
  call(5, claude, 'read_file'),
  call(6, claude, 'broken', { outcome: 'error', cause: 1 }),
  saw(7, claude, 'tools', 'h2'),
  call(8, cursor, 'list_dir'),
  call(9, claude, 'write_file', { cause: 5 }),
];
const seenTexts = {
  h1: '{"tools":[{"name":"read_file","description":"Reads."}]}',
  h2: '{"tools":[{"name":"read_file","description":"Reads."},{"name":"write_file","description":"Writes."}]}',
};

async function openSessions(options: { readonly columns?: number; readonly rows?: number } = {}): Promise<void> {
  app = await openApp({ events, seenTexts, ...options });
  await app.press('5', 'F');
  await app.settle();
  await app.settle();
}

describe('the sessions of the Audit pane', () => {
  it('lists them beside the timeline of the chosen one, which is that of the selected event', async () => {
    await openSessions();
    expect(app.line('▸ ○')).toMatch(/▸ ○ …\w*CLAUDE +claude-code 2.1 +ops +3 +1 ✗/);
    expect(app.screen()).toContain('…BBCLAUDE claude-code 2.1 · ops');
    expect(app.screen()).toContain('3 calls · 1 error');
    expect(app.screen()).toContain('fs/write_file');
    expect(app.screen()).not.toContain('fs/list_dir');
    expect(app.screen()).not.toContain('server_change');
  });

  it('shows the events of another one when that is chosen, and all again when it is hidden', async () => {
    await openSessions();
    await app.press('k');
    expect(app.screen()).toContain('fs/list_dir');
    expect(app.screen()).not.toContain('fs/read_file');
    await app.press('F');
    expect(app.screen()).toContain('fs/read_file');
    expect(app.screen()).toContain('server_change');
  });

  it('gives the keys to the timeline with Tab or enter, and from there to the detail of an event and back', async () => {
    await openSessions();
    await app.press('\t', 'k', '\r');
    expect(app.screen()).toContain('#7 session_saw');
    await app.press('\u001b', 'k', '\r');
    expect(app.screen()).toContain('#6 tool_call_trace');
    expect(app.screen()).toContain('arguments 15 B of a request of 120 B · result 4.0 KiB');
    await app.press('\u001b', '\u001b', '\u001b', '\u001b');
    expect(app.screen()).not.toContain('Audit · sessions');
  });

  it('goes to a cause in the session, and says when that is in none', async () => {
    await openSessions();
    await app.press('\r', 'K');
    expect(app.screen()).toContain('paused');
    expect(app.state().audit.selected).toBe(5);
    await app.press('j', 'K');
    expect(app.screen()).toContain('cause #1 is not of this session: F shows all events');
    await app.press('f');
    expect(app.state().audit.follow).toBe(true);
  });

  it('filters the sessions while they have the keys, and the timeline while that has them', async () => {
    await openSessions();
    await app.press('/', ...Array.from('client:cursor'), enter);
    expect(app.screen()).toContain('Audit · sessions · client:cursor');
    expect(app.screen()).toContain('fs/list_dir');
    expect(app.screen()).not.toContain('claude-code');
    await app.press('\t', '/', ...Array.from('kind:bind'), enter);
    expect(app.screen()).not.toContain('fs/list_dir');
    expect(app.screen()).toContain('session_bind');
    await app.press(esc, esc, esc);
    expect(app.screen()).toContain('fs/list_dir');
    expect(app.screen()).toContain('claude-code');
    expect(app.screen()).toContain('Audit · sessions ─');
  });

  it('pauses following while older events are read, and counts what is new below', async () => {
    await openSessions();
    await app.press('\r', 'k');
    app.engine.emit(call(10, claude, 'later'));
    await app.settle();
    expect(app.screen()).toContain('1 new below · G resumes follow');
    await app.press('G');
    expect(app.screen()).toContain('fs/later');
  });

  it('shows with W what the agent saw, now and by the selected event, and goes from change to change', async () => {
    await openSessions();
    await app.press('W');
    await app.settle();
    expect(app.screen()).toContain('What …BBCLAUDE saw · claude-code 2.1 · as of #7');
    expect(app.screen()).toContain('Writes.');
    await app.press('(');
    await app.settle();
    expect(app.screen()).toContain('as of #3');
    expect(app.screen()).not.toContain('Writes.');
    await app.press('(');
    expect(app.screen()).toContain('it was shown nothing before that');
    await app.press(')');
    await app.settle();
    expect(app.screen()).toContain('as of #7');
    await app.press('S');
    await app.pass(300);
    await app.press('\r');
    const saved = JSON.parse(app.files.get(`./saw-${claude}-7.json`) ?? '{}') as { items: { text: string }[] };
    expect(saved.items[0]?.text).toBe(seenTexts.h2);
    await app.press('\u001b', '\t', 'k', 'k', 'W');
    await app.settle();
    expect(app.screen()).toContain('as of #3');
  });

  it('takes what has come since into the list, without moving the choice', async () => {
    await openSessions();
    app.engine.emit(bind(10, 'ses_new', 'codex 1.4', 'ops'), call(11, claude, 'more'));
    await app.settle();
    await app.pass(3_000);
    await app.settle();
    expect(app.screen()).toContain('codex 1.4');
    expect(app.line('▸ ○')).toMatch(/claude-code 2.1 .* 4 +1 ✗/);
  });

  it.each([
    [80, 24],
    [120, 36],
    [200, 50],
    [60, 16],
  ])('fits %i columns and %i rows', async (columns, rows) => {
    await openSessions({ columns, rows });
    const lines = app.screen().split('\n');
    expect(lines.length).toBeLessThanOrEqual(rows);
    expect(app.screen()).toContain('fs/write_file');
    expect(app.screen()).toContain('…BBCLAUDE');
  });
});
