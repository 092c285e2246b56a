/** The list of agents. */
import { afterEach, describe, expect, it } from 'vitest';
import type { AgentView } from '../../../../src/engine/index.ts';
import { anAgent } from '../../../support/builders/content-builders.ts';
import type { OpenApp, OpenAppOptions } from '../../../support/worlds/open-app.tsx';
import { openListing, typeLine } from '../../../support/worlds/open-listing.ts';

const enter = '\r';
const esc = '\u001B';
const down = '\u001B[B';

let app: OpenApp | undefined;
afterEach(() => {
  app?.close();
  app = undefined;
});

async function open(list: string, options: OpenAppOptions = {}): Promise<OpenApp> {
  app = await openListing(list, options);
  return app;
}

describe(':agents', () => {
  it('changes the default personality, the project, the summary and the default', async () => {
    const page = await open('agents');
    expect(page.line('▸')).toMatch(/▸ reviewer +default +- +yes +0 +Reads what others wrote/);
    const choose = async (times: number): Promise<void> => {
      await page.press('e', ...Array.from({ length: times }, () => down), enter);
      await page.settle();
    };
    await choose(0);
    expect(page.screen()).toContain('Default personality of reviewer');
    await page.press(down, enter);
    await page.settle();
    await choose(1);
    await page.press(enter);
    await page.settle();
    await choose(2);
    await typeLine(page, ', and says so');
    await choose(3);
    expect(page.engine.asked).toEqual([
      'updateAgent "reviewer" {"defaultPersonality":"careful"}',
      'updateAgent "reviewer" {"project":"default"}',
      'updateAgent "reviewer" {"summary":"Reads what others wrote, and says so"}',
      'updateAgent "reviewer" {"isDefault":false}',
    ]);
  });

  it('makes one in a project, and describes what is its own', async () => {
    const page = await open('agents');
    await page.press('n');
    await typeLine(page, 'tester');
    expect(page.screen()).toContain('Project of agent tester');
    await page.press(enter);
    await page.settle();
    expect(page.engine.asked).toEqual(['createAgent "tester" {"project":"default"}']);
    await page.press(enter);
    await page.settle();
    expect(page.screen()).toMatch(/personalities +careful/);
  });

  it('filters its rows, keeps the filter with enter and clears it with Esc', async () => {
    const page = await open('agents');
    await page.press('/');
    await page.send('wri');
    await page.settle();
    expect(page.line('▸')).toContain('writer');
    expect(page.screen()).not.toMatch(/ reviewer +default/);
    await page.press(enter, 'y');
    expect(page.copied).toEqual(['writer']);
    await page.press(esc);
    expect(page.screen()).toMatch(/ reviewer +default/);
    expect(page.state().overlay).toMatchObject({ kind: 'listing' });
  });

  it('shows names of others as text that moves no cursor', async () => {
    const hostile: AgentView = anAgent({ id: 'agt_x', name: 'x', summary: '\u001B[2Jgone\nline' });
    const page = await open('agents', { content: { agents: [hostile] } });
    expect(page.styled()).not.toContain('\u001B[2J');
    expect(page.screen().split('\n')).toHaveLength(36);
  });
});
