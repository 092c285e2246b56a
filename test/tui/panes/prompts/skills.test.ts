/** Pane 2: skills, beside the prompts. */
import { afterEach, describe, expect, it } from 'vitest';
import type { OpenApp, OpenAppOptions } from '../../../support/worlds/open-app.tsx';
import { openPrompts } from '../../../support/worlds/open-prompts.ts';

const esc = '\u001B';
const enter = '\r';
let app: OpenApp;
afterEach(() => app.close());

/** Opens the pane, and turns to the skills. */
async function open(options: OpenAppOptions = {}): Promise<void> {
  app = await openPrompts(options);
  await press('2');
}
async function press(...keys: string[]): Promise<void> {
  await app.press(...keys);
  await app.settle();
}
const type = (text: string): Promise<void> => press(...Array.from(text), enter);

describe('skills in Prompts', () => {
  it('are the other list of the pane: 2 turns, and each keeps its place and filter', async () => {
    app = await openPrompts();
    expect(app.screen()).toContain('[Prompts] Skills 2');
    await press('j', '2');
    expect(app.screen()).toContain('Prompts 4 [Skills]');
    expect(app.line('SCOPE')).toMatch(/NAME +SCOPE +REV +FILES +AGE/);
    expect(app.line('triage')).toMatch(/triage +project:ops +1\.2\.0 +2 +2d/);
    await press('/', 't', 'r', 'i', enter, '2');
    expect(app.line('▸')).toContain('gitea-howto');
    await press('2');
    expect(app.screen()).toContain('filter tri');
  });

  it('are where :skills leads from any pane; :prompts leads back', async () => {
    app = await openPrompts();
    await press('1', ':');
    await app.send('skills');
    await press(enter);
    expect(app.state().pane).toBe('prompts');
    expect(app.screen()).toContain('[Skills]');
    await press(':');
    await app.send('prompts');
    await press(enter);
    expect(app.screen()).toContain('[Prompts]');
  });

  it('are found by name from the palette', async () => {
    app = await openPrompts();
    await press(':');
    await app.send('edit skill project:ops/triage');
    expect(app.screen()).toContain('edit skill project:ops/triage');
    await press(esc, ':');
    await app.send('release-notes');
    await press(enter);
    expect(app.screen()).toContain('[Skills]');
    expect(app.line('▸')).toContain('release-notes');
  });

  it('show their files, whole with enter, and have no bindings', async () => {
    await open();
    await press('G');
    expect(app.screen()).toContain('[Body] Diff History');
    expect(app.screen()).not.toContain('Bindings');
    expect(app.screen()).toContain('=== SKILL.md ===');
    expect(app.screen()).toContain('2 files');
    await press(enter);
    expect(app.state().zoomed).toBe(true);
  });

  it('are edited, compared and restored as prompts are', async () => {
    await open({ edit: (text) => `${text}More.\n` });
    await press('G', 'e');
    expect(app.engine.asked.join('\n')).toContain('saveContent "skill" "project:ops/triage"');
    expect(app.line('triage ')).toContain('1.2.1');
    await press('h', 'j', enter);
    expect(app.screen()).toContain('[Diff]');
    expect(app.screen()).toContain('1.2.0 → 1.2.1');
    await press(esc, 'B');
    expect(app.screen()).toContain('Restore project:ops/triage 1.2.0?');
    await app.pass(300);
    await press(enter);
    expect(app.engine.asked.at(-1)).toBe('restoreContent "skill" "project:ops/triage" "1.2.0"');
  });

  it('begin in the inline editor, with what a skill needs, under a name that is free', async () => {
    await open();
    await press('n');
    expect(app.screen()).toContain('New skill');
    await type('project:ops/triage');
    expect(app.screen()).toContain('skill project:ops/triage is there already: e edits it');
    await press('\u0015');
    await type('howto');
    expect(app.screen()).toContain('new skill howto');
    expect(app.screen()).toContain('name: howto');
  });

  it('are deleted by their typed name', async () => {
    await open();
    await press('G', 'D');
    expect(app.screen()).toContain('Delete skill project:ops/triage?');
    await type('project:ops/triage');
    expect(app.engine.asked.at(-1)).toBe('deleteContent "skill" "project:ops/triage"');
  });

  it('say what they do not have, and what a read-only console refuses', async () => {
    await open({ readOnly: true });
    await press('!');
    expect(app.screen()).toContain('skills have no links');
    for (const key of ['n', 'e', 'E', 'D']) {
      await press(key);
      expect(app.screen()).toContain('the console is read-only');
    }
    expect(app.engine.asked).toEqual([]);
  });
});
