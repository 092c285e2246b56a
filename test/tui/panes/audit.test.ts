import { afterEach, describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../src/engine/index.ts';
import { fixtureNow } from '../../support/builders/console-builders.ts';
import { anEvent } from '../../support/worlds/fixture-engine.ts';
import { openApp, type OpenApp } from '../../support/worlds/open-app.tsx';

let app: OpenApp;
afterEach(() => app.close());

const engine = (n: number, kind: string, change: Partial<AuditEvent> = {}): AuditEvent =>
  anEvent(n, { kind, actor: 'engine', target: 'instance/memory-1', at: fixtureNow - 60_000 + n * 1_000, ...change });

const failed = (n: number): AuditEvent =>
  engine(n, 'instance_attempt', {
    outcome: 'error',
    message: 'EXITED: exit code 1: no token',
    target: 'instance/slack-1',
  });

const events: readonly AuditEvent[] = [
  anEvent(1, { kind: 'session_bind', actor: 'client:claude-code', target: 'session/ses_01M8HB486VAK8CFG7BB92BWF9R' }),
  engine(2, 'instance_attempt'),
  engine(3, 'probe_transition'),
  engine(4, 'instance_recycle'),
  failed(5),
  failed(6),
  engine(7, 'probe_transition'),
  failed(8),
  anEvent(9, {
    kind: 'operator_restart',
    actor: 'operator:ann',
    target: 'instance/prod-eu-west-1-customer-warehouse-2',
  }),
  failed(10),
];

async function openAudit(options: { readonly columns?: number; readonly rows?: number } = {}): Promise<void> {
  app = await openApp({ events, ...options });
  await app.press('5');
  await app.settle();
}

describe('the Audit pane', () => {
  it('folds what the engine does all day and what it repeats, counts it, and shows it with e', async () => {
    await openAudit();
    expect(app.screen()).toContain('4 events · +6 of the engine: e');
    expect(app.screen()).not.toContain('instance_recycle');
    expect(app.line('×3')).toMatch(/instance_attempt +slack-1 +ERR .* ×3 EXITED: exit c/);
    await app.press('e');
    expect(app.screen()).toContain('10 events');
    expect(app.screen()).toContain('instance_recycle');
    await app.press('e', '/', ...Array.from('kind:recycle'), '\r');
    expect(app.screen()).toContain('1 event');
    expect(app.line('instance_recycle')).toContain('memory-1');
  });

  it('shows targets and actors whole at 120 columns, with the message, and of a session the end of its id', async () => {
    await openAudit();
    expect(app.line('operator_restart')).toContain('prod-eu-west-1-customer-warehouse-2');
    expect(app.line('session_bind')).toMatch(/~claude-code .*ses_…B92BWF9R/);
    expect(app.screen()).toContain('MESSAGE');
  });

  it('filters by a facet that is chosen, with its count', async () => {
    await openAudit();
    await app.press('&', ...Array.from('actor:oper'));
    expect(app.line('▸ ')).toMatch(/actor:operator:ann +1 event/);
    await app.press('\r');
    expect(app.screen()).toContain('filter actor:operator:ann · 1 event');
  });

  it('saves the events of the filter as lines of JSON, also those without a row', async () => {
    await openAudit();
    await app.press('S');
    await app.pass(300);
    await app.press('\r');
    expect(app.screen()).toContain('saved to /home/ann/audit.jsonl');
    const lines = (app.files.get('./audit.jsonl') ?? '').trim().split('\n');
    expect(lines).toHaveLength(10);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ n: 1, kind: 'session_bind' });
  });

  it('goes from the detail of an event to its cause by enter, also to one that is folded', async () => {
    app = await openApp({
      events: [...events, anEvent(11, { kind: 'tool_call', actor: 'agent:a', cause: 4, target: 'fs/x' })],
    });
    await app.press('5');
    await app.settle();
    await app.press('\r', '\r');
    expect(app.screen()).toContain('#4 instance_recycle');
    await app.press('\r');
    expect(app.screen()).toContain('#4 names no cause');
    await app.press('/', ...Array.from('recycle'), '\r');
    expect(app.screen()).toContain('find recycle 1/1');
    await app.press('S');
    await app.pass(300);
    await app.press('\r');
    expect(JSON.parse(app.files.get('./event-4.json') ?? '')).toMatchObject({ n: 4, kind: 'instance_recycle' });
  });
});
