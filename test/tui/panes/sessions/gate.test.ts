/** Pane 6 in a gated project: the gate of each session, why it sees what it sees, and letting it see all. */
import { afterEach, describe, expect, it } from 'vitest';
import type { GateReport, SessionView } from '../../../../src/engine/index.ts';
import { fixtureNow } from '../../../support/builders/console-builders.ts';
import { aGateDecision } from '../../../support/builders/gates.ts';
import { openApp, type OpenApp, type OpenAppOptions } from '../../../support/worlds/open-app.tsx';
import { sessionsFor } from '../../../support/worlds/screen-fixture.ts';

let app: OpenApp;
afterEach(() => app.close());

const [first, second] = sessionsFor(2, fixtureNow) as [SessionView, SessionView];
const gated: SessionView = { ...first, gate: { state: 'gated' } };
const open: SessionView = { ...second, gate: { state: 'open', by: 'begin', at: fixtureNow } };
const report: GateReport = {
  session: open.id,
  client: open.client,
  project: open.project,
  gate: { state: 'open', by: 'begin', at: fixtureNow },
  decisions: [aGateDecision()],
};

async function show(options: OpenAppOptions = {}): Promise<void> {
  app = await openApp({ sessions: [gated, open], gates: [report], ...options });
  await app.press('6');
}

describe('the Sessions pane of a gated project', () => {
  it('has a column for the gate, and none where no project is gated', async () => {
    await show();
    expect(app.screen()).toMatch(/SESSION +CLIENT +AGENT +GATE +CALLS/);
    expect(app.line('ses_1')).toMatch(/◐ gated/);
    expect(app.line('ses_2')).toMatch(/ open /);
    expect(app.screen()).toContain('gated: it has neither called begin_session nor a tool yet');
    app.close();
    app = await openApp({ sessions: sessionsFor(2, fixtureNow) });
    await app.press('6');
    expect(app.screen()).not.toContain('GATE');
  });

  it('shows with enter what was asked, chosen and left out, and the timeline with T', async () => {
    await show();
    await app.press('j', '\r');
    await app.settle();
    expect(app.screen()).toContain('asked     "fix the failing deploy of the shop"');
    expect(app.screen()).toContain('project:web/deploy-rules 0.1.0 · score 18 · tag deploy');
    expect(app.screen()).toContain('left out  77 prompts that do not match');
    expect(app.screen()).toContain('21 of 312 are listed');
    await app.press('\u001b', 'T');
    expect(app.screen()).toContain('filter session:ses_2');
  });

  it('admits a session after a question whose default is no', async () => {
    await show();
    await app.press('a', '\r');
    expect(app.engine.asked).not.toContain('admitSession ses_1');
    await app.press('a', 'y');
    await app.settle();
    expect(app.engine.asked).toContain('admitSession ses_1');
  });

  it('says at 80×24 what is gated', async () => {
    await show({ columns: 80, rows: 24 });
    expect(app.line('ses_1')).toMatch(/◐ gated/);
  });
});
