import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SessionBook } from '../../../src/engine/audit/session-book.ts';
import type { AuditEvent, AuditQuery, EventDraft } from '../../../src/store/types.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { aDraft } from '../../support/builders/builders.ts';
import { connectTo } from '../../support/worlds/offered.ts';

/** A journal in memory that counts what is read of it. */
class Journal {
  readonly events_: AuditEvent[] = [];
  read = 0;

  add(...drafts: readonly Partial<EventDraft>[]): void {
    for (const draft of drafts) {
      const n = this.events_.length + 1;
      this.events_.push({ kind: 'x', actor: 'engine', outcome: 'ok', ...draft, n, at: n * 1_000 });
    }
  }

  events({ before, after, limit = 200 }: AuditQuery): Promise<readonly AuditEvent[]> {
    const fitting = this.events_.filter(
      ({ n }) => (before === undefined || n < before) && (after === undefined || n > after),
    );
    const page = after === undefined ? fitting.slice(-limit).toReversed() : fitting.slice(0, limit);
    this.read += page.length;
    return Promise.resolve(page);
  }
}

const call = (session: string, outcome: 'ok' | 'error' = 'ok'): Partial<EventDraft> => ({
  kind: 'tool_call_trace',
  actor: 'agent:bot',
  session,
  outcome,
  detail: { project: 'ops' },
});

describe('SessionBook', () => {
  it('sums up calls, errors, refusals, tokens, the gate and the end of each session', async () => {
    const journal = new Journal();
    const bind = { client: 'cursor 3.0', project: 'ops', agent: 'bot', personality: 'careful' };
    journal.add(
      { kind: 'session_bind', actor: 'agent:bot', session: 's1', detail: bind },
      { kind: 'session_compose', actor: 'agent:bot', session: 's1', detail: { tokens: 40 } },
      call('s1'),
      call('s1', 'error'),
      { kind: 'rbac_decision', actor: 'agent:bot', session: 's1', outcome: 'denied' },
      { kind: 'gate', actor: 'agent:bot', session: 's1', detail: { by: 'begin', tokens: 200 } },
      { kind: 'traces_dropped', target: 'session/s1', detail: { dropped: 7 } },
      { kind: 'session_end', actor: 'agent:bot', session: 's1', message: 'its client left; 2 calls, 1 errors' },
    );
    expect(await new SessionBook(journal).sessions()).toEqual([
      {
        id: 's1',
        client: 'cursor 3.0',
        project: 'ops',
        agent: 'bot',
        personality: 'careful',
        actor: 'agent:bot',
        gate: 'open',
        calls: 9,
        errors: 1,
        refusals: 1,
        tokens: 240,
        firstAt: 1_000,
        lastAt: 8_000,
        firstN: 1,
        lastN: 8,
        endedAt: 8_000,
        reason: 'its client left; 2 calls, 1 errors',
      },
    ]);
  });

  it('reads the journal once, and then what has come since', async () => {
    const journal = new Journal();
    for (let at = 0; at < 12_000; at += 1) journal.add(call(`s${at % 3}`));
    const book = new SessionBook(journal);
    expect((await book.sessions()).map(({ calls }) => calls)).toEqual([4_000, 4_000, 4_000]);
    journal.read = 0;
    journal.add(call('s0'), call('new'));
    const rows = await book.sessions();
    expect(rows.find(({ id }) => id === 's0')?.calls).toBe(4_001);
    expect([rows[0]?.id, journal.read]).toEqual(['new', 2]);
  });

  it('understands sessions that an older engine told in words', async () => {
    const journal = new Journal();
    journal.add({ kind: 'session_bind', session: 's1', message: 'client claude-code 2.1 on project web, agent x' });
    expect((await new SessionBook(journal).sessions())[0]).toMatchObject({ client: 'claude-code 2.1', project: 'web' });
  });
});

describe('auditSessions', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await engineHarness();
  });
  afterEach(() => harness.close());

  it('tells of real sessions, to those who may view the journal of their project', async () => {
    const { commands } = harness.engine;
    await commands.createProject('ops');
    await commands.createServer(aDraft({ project: 'ops' }));
    await harness.untilPhase('fs-1', 'running');
    const { agent } = await connectTo(harness, { agent: 'bot' });
    await agent.request('tools/call', { name: 'fs__echo', arguments: { text: 'hi' } });
    await agent.request('tools/call', { name: 'fs__nothing', arguments: {} });
    await harness.db.flush();
    const [row] = await commands.auditSessions();
    expect(row).toMatchObject({
      client: 'test-client 1',
      project: 'ops',
      agent: 'bot',
      actor: 'agent:bot',
      calls: 2,
      errors: 1,
    });
  });
});
