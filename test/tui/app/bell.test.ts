/** What rings the terminal's bell. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Bell } from '../../../src/tui/state/console-config.ts';
import { aProposal } from '../../support/builders/content-builders.ts';
import { anInstance } from '../../support/builders/console-builders.ts';
import { openApp, type OpenApp } from '../../support/worlds/open-app.tsx';

let app: OpenApp;
afterEach(() => app.close());

async function open(bell: Bell): Promise<void> {
  app = await openApp({ instances: [anInstance({ id: 'ins_9', name: 'jira-1', phase: 'running' })] });
  app.ui.set({ bell });
}

async function turns(change: object): Promise<void> {
  const value = anInstance({ id: 'ins_9', name: 'jira-1', ...change });
  app.engine.patch({ op: 'put', kind: 'instances', value });
  await app.settle();
}

async function proposes(id: string): Promise<void> {
  app.engine.patch({ op: 'put', kind: 'proposals', value: aProposal({ id }) });
  await app.settle();
}

const retry = { attemptCount: 2, lastAttemptAt: 0, nextRetryAt: 30_000, reason: 'x' };

describe('the bell', () => {
  it('rings for an instance that begins to fail, not for each retry', async () => {
    await open('errors');
    await turns({ phase: 'error', retry });
    expect(app.bells()).toBe(1);
    await app.pass(6_000);
    await turns({ phase: 'starting', retry });
    await turns({ phase: 'error', retry });
    expect(app.bells()).toBe(1);
    await turns({ phase: 'running' });
    await turns({ phase: 'error', retry });
    expect(app.bells()).toBe(2);
  });

  it('rings for what was asked for alone', async () => {
    await open('errors');
    await proposes('p9aa');
    expect(app.bells()).toBe(0);
    app.ui.set({ bell: 'off' });
    await turns({ phase: 'error', retry });
    expect(app.bells()).toBe(0);
  });

  it('rings at most once in 5 s', async () => {
    await open('all');
    await turns({ phase: 'error', retry });
    await proposes('p9aa');
    expect(app.bells()).toBe(1);
    await app.pass(5_000);
    await proposes('p9bb');
    expect(app.bells()).toBe(2);
  });
});
