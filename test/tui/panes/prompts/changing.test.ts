/** Pane 2: changing prompts. */
import { afterEach, describe, expect, it } from 'vitest';
import type { OpenApp, OpenAppOptions } from '../../../support/worlds/open-app.tsx';
import { openPrompts } from '../../../support/worlds/open-prompts.ts';

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

describe('changing prompts', () => {
  it('fixes a dead link, or removes it', async () => {
    await open();
    await press('F');
    expect(app.screen()).toContain('project:ops/deploy-rules has no link');
    await press('j', 'F', '\u0015');
    await type('style');
    await press(enter);
    expect(app.engine.asked.at(-1)).toMatch(/^saveContent "prompt" "agent:reviewer\/gitea-howto" .*"link":"style"/);
    expect(app.engine.asked.at(-1)).toContain('"note":"link fixed: style"');
  });

  it('deletes after the name was typed, and says first who uses it', async () => {
    await open();
    await press('j', 'j', 'D');
    expect(app.screen()).toContain('Used by reviewer/careful: detach it there first.');
    await type('style');
    await press(enter);
    expect(app.engine.asked).toEqual(['deleteContent "prompt" "style"']);
    await press('z');
    expect(app.engine.asked.at(-1)).toBe('restoreContent "prompt" "style" "0.9.0" "brought back"');
    await press('Z');
    expect(app.engine.asked.at(-1)).toBe('deleteContent "prompt" "style"');
    expect(app.screen()).toContain('prompt style is deleted again · z undo');
  });

  it('shows what the next save gives: bump and note', async () => {
    await open();
    expect(app.screen()).toContain('save 1.4.3 (patch)');
    await press('b', 'm');
    await type('calmer');
    await press(enter);
    expect(app.screen()).toContain('save 1.5.0 (minor) · note "calmer"');
  });

  it('changes nothing with --read-only, and says why', async () => {
    await open({ readOnly: true });
    for (const key of ['e', 'E', 'b', 'm', 'n', 'D', 'F', 'B']) {
      await press(key);
      expect(app.screen()).toContain('the console is read-only');
      expect(app.state().overlay).toBeUndefined();
    }
    expect(app.engine.asked).toEqual([]);
  });

  it('edits from the palette by name', async () => {
    await open({ edit: (text) => text.replace('Say', 'Tell') });
    await press('1', ':');
    await type('edit triage');
    await press(enter);
    expect(app.engine.asked[0]).toContain('saveContent "prompt" "project:ops/triage"');
  });
});
