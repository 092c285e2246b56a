/** The list of projects. */
import { afterEach, describe, expect, it } from 'vitest';
import { McptuiError } from '../../../../src/kernel/errors.ts';
import type { OpenApp, OpenAppOptions } from '../../../support/worlds/open-app.tsx';
import { defaultProject, openListing, typeLine } from '../../../support/worlds/open-listing.ts';

const enter = '\r';
const esc = '\u001B';

let app: OpenApp | undefined;
afterEach(() => {
  app?.close();
  app = undefined;
});

async function open(list: string, options: OpenAppOptions = {}): Promise<OpenApp> {
  app = await openListing(list, options);
  return app;
}

describe(':projects', () => {
  it('lists them with what belongs to each, and shows one as a text', async () => {
    const page = await open('projects');
    expect(page.screen()).toMatch(/NAME +SERVERS +AGENTS +PROMPTS +SKILLS +SESSIONS/);
    expect(page.line('▸')).toMatch(/▸ default +\d+ +2 +0 +0 +0/);
    await page.press(enter);
    await page.settle();
    expect(page.screen()).toContain('project default');
    expect(page.screen()).toContain('Ask before you delete.');
    expect(page.screen()).toContain('no, it is built in');
    await page.press('&');
    await typeLine(page, 'delete');
    expect(page.screen()).toMatch(/& delete · 1-1 of 1 line \(\d+ in all\)/);
    expect(page.screen()).not.toContain('no, it is built in');
    await page.press(esc, 'L');
    expect(page.screen()).toMatch(/ column 9 /);
    await page.press('S', enter);
    await page.settle();
    expect([...page.files.values()].join('\n')).toContain('Ask before you delete.');
    await page.press(esc);
    expect(page.screen()).toMatch(/NAME +SERVERS/);
    await page.press(esc);
    expect(page.state().overlay).toBeUndefined();
  });

  it('opens the instructions of one in the editor, and saves what comes back', async () => {
    const page = await open('projects', { edit: (text) => `${text}\nBe brief.` });
    await page.press('e');
    await page.settle();
    const change = JSON.stringify({ instructions: `${defaultProject.instructions}\nBe brief.` });
    expect(page.engine.asked).toEqual([`updateProject "default" ${change}`]);
    expect(page.screen()).toContain('instructions of project default are saved');
  });

  it('makes one, selects it as soon as it is there, and deletes it by its typed name', async () => {
    const page = await open('projects');
    await page.press('n');
    await typeLine(page, 'ops');
    const value = { id: 'prj_ops', name: 'ops', servers: 0, gated: false };
    page.engine.patch({ op: 'put', kind: 'projects', value });
    await page.settle();
    expect(page.line('▸')).toMatch(/▸ ops +0/);
    await page.press('D');
    expect(page.screen()).toContain('Delete project ops?');
    await typeLine(page, 'ops');
    expect(page.engine.asked).toEqual(['createProject "ops"', 'deleteProject "ops"']);
  });

  it('says why one cannot be deleted, and deletes none for another name', async () => {
    const page = await open('projects');
    await page.press('D');
    await typeLine(page, 'defualt');
    expect(page.engine.asked).toEqual([]);
    await page.press(esc);
    page.engine.failWith(new McptuiError('conflict', 'project default is built in: it cannot be deleted'));
    await page.press('D');
    await typeLine(page, 'default');
    expect(page.screen()).toContain('it cannot be deleted');
  });
});

describe('t in :projects', () => {
  it('gates a project after a question whose default is no, and says what agents meet then', async () => {
    const page = await open('projects');
    const changes: unknown[] = [];
    Object.assign(page.engine.commands, { updateProject: async (...of: unknown[]) => void changes.push(of) });
    await page.press('t', '\r');
    expect(changes).toEqual([]);
    await page.press('t');
    expect(page.screen()).toContain('Gate project default?');
    await page.press('y');
    await page.settle();
    expect(changes).toEqual([['default', { gated: true }]]);
  });
});
