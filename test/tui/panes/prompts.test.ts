import { afterEach, describe, expect, it } from 'vitest';
import type { ContentDetail } from '../../../src/engine/index.ts';
import { McptuiError } from '../../../src/kernel/errors.ts';
import { day, fixtureNow, hour } from '../../support/builders/console-builders.ts';
import { aPersonality, aPrompt, deployRules } from '../../support/builders/content-builders.ts';
import { openApp, type OpenApp, type OpenAppOptions } from '../../support/worlds/open-app.tsx';

const esc = '\u001B';
const enter = '\r';
let app: OpenApp;
afterEach(() => app.close());

const content: NonNullable<OpenAppOptions['content']> = {
  prompts: [
    aPrompt({ name: 'deploy-rules', project: 'ops', semver: '1.4.2', priority: 8, updatedAt: fixtureNow - 2 * hour }),
    aPrompt(),
    aPrompt({
      name: 'gitea-howto',
      agent: 'reviewer',
      semver: '2.0.0',
      link: 'project:web/gone',
      linkState: 'broken',
      updatedAt: fixtureNow - day,
    }),
    aPrompt({ name: 'triage', project: 'ops', semver: '1.0.3', priority: 4 }),
  ],
  personalities: [aPersonality({ isDefault: true })],
  bodies: { 'project:ops/deploy-rules': `${deployRules}\nTell {{env}} \u001b[2J\u202e.` },
};

async function open(options: OpenAppOptions = {}): Promise<void> {
  app = await openApp({ content, ...options });
  await app.press('2');
  await app.settle();
}

/** Keys one by one, then what they asked for. */
async function press(...keys: string[]): Promise<void> {
  await app.press(...keys);
  await app.settle();
}

/** Answers for a document as the engine does, changed by the test. */
function answerDetail(change: (detail: ContentDetail) => ContentDetail): void {
  const { commands } = app.engine;
  const ask = commands.contentDetail.bind(commands);
  Object.assign(commands, {
    contentDetail: async (...args: Parameters<typeof ask>) => change(await ask(...args)),
  });
}

const type = (text: string): Promise<void> => press(...Array.from(text));

describe('the list of prompts', () => {
  it('shows name, scope, revision, priority, link and age, and counts broken links in the tab', async () => {
    await open();
    expect(app.line('SCOPE')).toMatch(/NAME +SCOPE +REV +PRI LINK AGE/);
    expect(app.line('deploy-rules  ')).toMatch(/▸ deploy-rules +project:ops +1\.4\.2 +8 +- +2h/);
    expect(app.line('gitea-howto')).toMatch(/agent:reviewer +2\.0\.0 +5 +BRKN 1d/);
    expect(app.screen()).toContain('[2 Prompts 4!1]');
  });

  it.each([
    ['scope:project:ops', 2],
    ['state:broken', 1],
    ['!state:broken tri', 1],
    ['by:ann', 4],
  ])('filters by %s', async (filter, rows) => {
    await open();
    await type('/');
    await type(filter);
    expect(app.screen()).toContain(`filter ${filter} · sort NAME ↑ · 1-${rows} of ${rows}`);
  });

  it('shows only broken links with ! and says which key brings the others back', async () => {
    await open();
    await press('!');
    expect(app.line('▸ ')).toContain('gitea-howto');
    await press(esc);
    expect(app.screen()).toContain('1-4 of 4');
  });

  it('sorts by the next column and the other way round', async () => {
    await open();
    await press('o', 'o', 'O', 'g');
    expect(app.screen()).toContain('sort PRI ↓');
    expect(app.line('▸ ')).toContain('triage');
  });

  it('tells what to press where there is none', async () => {
    await open({ content: {} });
    expect(app.screen()).toContain('No prompt yet: n adds one.');
    await press('e');
    expect(app.screen()).toContain('there is no prompt: n adds one');
  });

  it('fits 60×16 and 80×24', async () => {
    await open({ columns: 60, rows: 16 });
    expect(app.line('deploy-rules ')).toMatch(/deploy-rules .+ 1\.4\.2 +8 +- +2h/);
    await press(enter);
    expect(app.screen()).toContain('Always deploy on Fridays.');
    app.close();
    await open({ columns: 80, rows: 24 });
    expect(app.screen()).toContain('deploy-rules 1.4.2 · [Body] Diff History Bindings');
    expect(app.screen()).toContain('You deploy services with the runner.');
    expect(
      app
        .screen()
        .split('\n')
        .every((line) => line.length <= 80),
    ).toBe(true);
  });

  it('moves through 10,000 prompts', async () => {
    const prompts = Array.from({ length: 10_000 }, (_, index) => aPrompt({ name: `prompt-${index}` }));
    await open({ content: { prompts } });
    await press('j', 'G', 'k');
    expect(app.screen()).toContain('of 10,000');
  });
});

describe('the detail of a prompt', () => {
  it('shows the body wrapped and cleaned, who wrote it, how long it is and its variables', async () => {
    await open();
    for (const text of ['by ann 2h ago', 'priority 8', '{{env}}', 'Always deploy on Fridays.', '\\x1b[2J\\u202e.']) {
      expect(app.screen()).toContain(text);
    }
    expect(app.styled()).not.toContain('\u202e');
    expect(app.screen()).not.toContain('worn');
  });

  it('says that one is only read by who wears it', async () => {
    await open({ content: { ...content, prompts: [aPrompt({ name: 'strict', read: 'worn' })] } });
    expect(app.screen()).toContain('· when worn ·');
  });

  it('counts unusual characters', async () => {
    await open();
    answerDetail((detail) => ({
      ...detail,
      unusual: [{ shown: '\\u202e', what: 'changes the direction of text', count: 2 }],
    }));
    await press('\u0012');
    expect(app.screen()).toContain('▲ 2 unusual characters: \\u202e ×2');
  });

  it('asks for the text only once the selection rests', async () => {
    await open();
    let asked = 0;
    answerDetail((detail) => {
      asked += 1;
      return detail;
    });
    await app.send('j');
    await app.send('j');
    await app.send('j');
    await app.settle();
    expect(asked).toBe(1);
    expect(app.screen()).toContain('triage 1.0.3');
  });

  it('shows what the live revision changed, unified or side by side', async () => {
    await open();
    await press('d');
    expect(app.screen()).toMatch(/deploy-\S+ 1\.4\.1 → live · Body \[Diff\]/);
    expect(app.screen()).toMatch(/- +\d+ +One line more than now\./);
    await press('d');
    expect(app.state().diff.mode).toBe('split');
  });

  it('tells why there is no diff', async () => {
    await open();
    Object.assign(app.engine.commands, {
      diffContent: () => Promise.reject(new McptuiError('not-found', 'there is only one revision')),
    });
    await press('d');
    expect(app.screen()).toContain('there is only one revision');
  });

  it('lists who uses it', async () => {
    await open();
    await press('j', 'j', '[');
    expect(app.screen()).toMatch(/reviewer\/careful +binds it as number 2 of 2 ★ default/);
  });

  it('offers name, text and hash to copy', async () => {
    await open();
    await press('y', 't');
    expect(app.copied[0]).toMatch(/^---\nsummary: ""\npriority: 8\n---\nYou deploy/);
  });
});

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

describe('changing prompts', () => {
  it('fixes a broken link, or removes it', async () => {
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
