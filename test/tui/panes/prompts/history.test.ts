/** Pane 2: the revisions of a prompt. */
import { afterEach, describe, expect, it } from 'vitest';
import type { OpenApp, OpenAppOptions } from '../../../support/worlds/open-app.tsx';
import { openPrompts } from '../../../support/worlds/open-prompts.ts';

const esc = '\u001B';
const enter = '\r';
let app: OpenApp;
afterEach(() => app.close());

async function open(options: OpenAppOptions = {}): Promise<void> {
  app = await openPrompts(options);
}

/** Keys one by one, then what they asked for. */
async function press(...keys: string[]): Promise<void> {
  await app.press(...keys);
  await app.settle();
}

const type = (text: string): Promise<void> => press(...Array.from(text));

describe('the history of a prompt', () => {
  it('shows version, author, age and note, and compares the chosen one with live', async () => {
    await open();
    await press('h');
    expect(app.line('1.4.2 live')).toContain('ann');
    expect(app.line('1.4.1  ')).toMatch(/bob +20d ago +first words/);
    await press('j', enter);
    expect(app.screen()).toMatch(/deploy-\S+ 1\.4\.1 → 1\.4\.2 · Body \[Diff\]/);
  });

  it('compares two marked ones, the older one first', async () => {
    await open();
    await app.engine.commands.saveContent('prompt', 'project:ops/deploy-rules', { text: 'x\n' }, { bump: 'minor' });
    await app.engine.commands.saveContent('prompt', 'project:ops/deploy-rules', { text: 'y\n' });
    await app.settle();
    await press('h', 'j', ' ', 'j', ' ');
    expect(app.screen()).toMatch(/\* 1\.5\.0/);
    await press('d');
    expect(app.screen()).toMatch(/deploy-\S+ 1\.4\.2 → 1\.5\.0/);
  });

  it('is where Esc goes from a diff that it was asked for, then to the list', async () => {
    await open();
    await press('h', 'j', enter);
    expect(app.screen()).toContain('[Diff]');
    await press(esc);
    expect(app.screen()).toContain('[History]');
    expect(app.line('1.4.1  ')).toMatch(/▸ +1\.4\.1/);
    await press(esc);
    expect(app.state().focus).toBe('list');
  });

  it('forgets marks when something was saved', async () => {
    await open();
    await press('h', ' ', 'j', ' ');
    expect(app.screen()).toMatch(/\* 1\.4\.1/);
    await app.engine.commands.saveContent('prompt', 'project:ops/deploy-rules', { text: 'x\n' });
    await app.settle();
    expect(app.screen()).not.toMatch(/\* 1\.4\.[12]/);
  });

  it('restores the chosen revision with a note, and takes that back', async () => {
    await open();
    await press('h', 'B');
    expect(app.screen()).toContain('1.4.2 is live: nothing to restore');
    await press('j', 'B');
    expect(app.screen()).toContain('as a new revision 1.4.3');
    expect(app.screen()).toContain('enter restores it · Esc changes nothing');
    await type('as before');
    await press(enter);
    expect(app.engine.asked).toContain('restoreContent "prompt" "project:ops/deploy-rules" "1.4.1" "as before"');
    expect(app.screen()).toContain('project:ops/deploy-rules 1.4.3 restores 1.4.1');
    expect(app.line('1.4.3 live')).toContain('as before');
    await press('z');
    expect(app.engine.asked.at(-1)).toBe('undoRevision "rev_project:ops/deploy-rules_3"');
  });

  it('does again by Z what z took back, and takes that back in turn', async () => {
    await open();
    await press('Z');
    expect(app.screen()).toContain('there is nothing to do again');
    const { commands } = app.engine;
    const undo = commands.undoRevision.bind(commands);
    let made = 0;
    Object.assign(commands, {
      async undoRevision(id: string) {
        await undo(id);
        made += 1;
        return { ref: 'project:ops/deploy-rules', semver: `1.5.${made}`, hash: 'abcd', revisionId: `rev_undo_${made}` };
      },
    });
    await press('h', 'j', 'B', enter);
    await press('z');
    expect(app.screen()).toContain('project:ops/deploy-rules: 1.4.3 is taken back · Z redo');
    await press('Z');
    expect(app.engine.asked.at(-1)).toBe('undoRevision "rev_undo_1"');
    expect(app.screen()).toContain('project:ops/deploy-rules: the content of 1.4.3 is live again · z undo');
    await press('z');
    expect(app.engine.asked.at(-1)).toBe('undoRevision "rev_undo_2"');
    await app.pass(20_000);
    await press('Z');
    expect(app.screen()).toContain('What was taken back: project:ops/deploy-rules 1.4.3.');
    await press('y');
    expect(app.engine.asked.at(-1)).toBe('undoRevision "rev_undo_3"');
  });

  it('says where to choose a revision', async () => {
    await open();
    await press('B');
    expect(app.screen()).toContain('h shows the history: choose a revision there');
  });
});
