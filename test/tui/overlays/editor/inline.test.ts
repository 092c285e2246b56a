import { afterEach, describe, expect, it } from 'vitest';
import type { Saved } from '../../../../src/engine/index.ts';
import { aPrompt } from '../../../support/builders/content-builders.ts';
import { openApp, type OpenApp, type OpenAppOptions } from '../../../support/worlds/open-app.tsx';

const esc = '\u001B';
const enter = '\r';
const tab = '\t';
const ctrl = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) - 96);
const pasted = (text: string): string => `${esc}[200~${text}${esc}[201~`;
const document = '---\nsummary: ""\npriority: 5\n---\nYou follow style.\nSay what you did.\n';
let app: OpenApp;
afterEach(() => app.close());

async function press(...keys: string[]): Promise<void> {
  await app.press(...keys);
  await app.settle();
}

const type = (text: string): Promise<void> => press(...Array.from(text));

/** The prompt `style` 0.9.0 in the inline editor, the insertion point at its end. */
async function open(options: OpenAppOptions = {}): Promise<void> {
  app = await openApp({ content: { prompts: [aPrompt()] }, ...options });
  await press('2', 'E', `${esc}>`);
}

/** What the engine was asked to save. */
function savedText(): string {
  const line = app.engine.asked.find((asked) => asked.startsWith('saveContent')) ?? '';
  return (JSON.parse(/({"text":.*?"}) {/.exec(line)?.[1] ?? '{}') as { text: string }).text;
}

describe('the inline editor', () => {
  it('shows the document with line numbers, place and state, over the whole body', async () => {
    await open();
    expect(app.screen()).toContain('┌ Edit prompt style ');
    expect(app.screen()).toContain('7:1 · 7 lines · not modified');
    expect(app.line('You follow')).toMatch(/│ +5 You follow style\./);
    expect(app.screen()).toContain('ctrl-s save · ctrl-t diff · ctrl-g $EDITOR');
  });

  it('begins where the text begins, and moves by words with ctrl and arrows', async () => {
    app = await openApp({ content: { prompts: [aPrompt()] } });
    await press('2', 'E');
    expect(app.screen()).toContain('5:1 · 7 lines');
    await press(`${esc}[1;5C`, `${esc}[1;5C`);
    expect(app.screen()).toContain('5:11 · 7 lines');
  });

  it('types every key as text, those of the console included', async () => {
    await open();
    await type('q:1?/z');
    await press(' ', tab, enter);
    await type('x');
    expect(app.screen()).toContain('8:2 · 8 lines · modified');
    expect(app.line('q:1?/z')).toMatch(/7 q:1\?\/z/);
    expect(app.left).toEqual([]);
  });

  it('saves with a bump and a note, and says what z takes back', async () => {
    await open();
    await type('More.');
    await press(ctrl('s'));
    expect(app.screen()).toContain('enter saves 0.9.1 (patch)   tab minor   minor 0.10.0 · major 1.0.0');
    await press(tab);
    await type('calmer');
    await press(enter);
    expect(savedText()).toBe(`${document}More.`);
    expect(app.engine.asked[0]).toMatch(/{"bump":"minor","note":"calmer","baseHash":"[0-9a-f]{64}"}$/);
    expect(app.state().overlay).toBeUndefined();
    expect(app.screen()).toContain('style 0.10.0 saved · z undo');
    await press('z');
    expect(app.engine.asked.at(-1)).toMatch(/^undoRevision "rev_style_3"/);
  });

  it('has nothing to save before something was typed, and closes at once', async () => {
    await open();
    await press(ctrl('s'));
    expect(app.screen()).toContain('nothing was changed: nothing to save');
    await press(esc);
    expect(app.state().overlay).toBeUndefined();
  });

  it('asks before it throws away what was typed', async () => {
    await open();
    await type('x');
    await press(esc);
    expect(app.screen()).toContain('Not saved.  s save it   d discard what was typed   Esc go on editing (default)');
    await press(esc);
    expect(app.screen()).toContain('7:2 · 7 lines · modified');
    await press(esc, 'd');
    expect(app.state().overlay).toBeUndefined();
    expect(app.engine.asked).toEqual([]);
  });

  it('takes no key of a burst for the answer', async () => {
    await open();
    await type('x');
    await press(esc);
    await app.send('dddd');
    expect(app.state().overlay).toMatchObject({ kind: 'editor' });
  });

  it('goes from the question on to saving', async () => {
    await open();
    await type('x');
    await press(esc, 's', enter);
    expect(savedText()).toBe(`${document}x`);
  });

  it('loses nothing to ctrl-c, however often it comes', async () => {
    await open();
    await type('x');
    await press(ctrl('c'), ctrl('c'), ctrl('c'));
    expect(app.state().overlay).toMatchObject({ kind: 'editor' });
    expect(app.left).toEqual([]);
  });

  it('pastes several lines, keeps control characters and shows them as escapes', async () => {
    await open();
    await press(pasted('one\r\ntwo\u001b[31m\rthree\u202e'));
    expect(app.line('two')).toContain('8 two\\x1b[31m');
    expect(app.styled()).not.toContain('\u202e');
    await press(ctrl('s'), enter);
    expect(savedText()).toBe(`${document}one\ntwo\u001b[31m\nthree\u202e`);
  });

  it('undoes and redoes', async () => {
    await open();
    await type('one two');
    await press(ctrl('z'));
    expect(app.line('│  7 ')).toMatch(/7 one +│/);
    await press(ctrl('r'));
    expect(app.line('│  7 ')).toMatch(/7 one two +│/);
  });

  it('hands the text to $EDITOR and takes it back as one step', async () => {
    const seen: string[] = [];
    await open({
      edit(text, { name }) {
        seen.push(name, text);
        return `${text}from there\n`;
      },
    });
    await type('mine ');
    await press(ctrl('g'));
    expect(seen).toEqual(['prompt-style.md', `${document}mine `]);
    expect(app.line('mine from there')).toContain('7 mine from there');
    await press(ctrl('z'));
    expect(app.line('│  7 ')).toMatch(/7 mine +│/);
  });

  it('shows with ctrl-t what a save would change, and saves from there', async () => {
    await open({ color: false });
    await press(ctrl('t'));
    expect(app.screen()).toContain('nothing differs from what is live');
    await press(esc);
    await type('More.');
    await press(ctrl('t'));
    expect(app.screen()).toMatch(/\+ 7 +More\./);
    await press(ctrl('s'), enter);
    expect(savedText()).toBe(`${document}More.`);
  });

  it('stays open with the error when the document cannot be read', async () => {
    await open();
    await press(`${esc}<`, ctrl('k'));
    await type('--- nonsense');
    await press(`${esc}<`, ctrl('k'));
    await type('---');
    await press(`${esc}[B`, ctrl('k'));
    await type('priority: [');
    await press(ctrl('s'), enter);
    expect(app.screen()).toMatch(/✗ prompt: front matter, line \d/);
    expect(app.screen()).toContain('priority: [');
    expect(app.state().overlay).toMatchObject({ kind: 'editor', step: { kind: 'text' } });
  });

  it('stays open when live moved on, and saves over it when asked again', async () => {
    await open();
    await type('mine');
    await app.engine.commands.saveContent('prompt', 'style', { text: `${document}theirs` });
    await press(ctrl('s'), enter);
    expect(app.screen()).toContain('live is 0.9.1 · ctrl-s again saves yours over it');
    await press(ctrl('s'));
    expect(app.screen()).toContain('enter saves 0.9.2 (patch)');
    await press(enter);
    expect(app.screen()).toContain('style 0.9.2 saved');
    expect(app.engine.asked.at(-1)).toContain('mine');
  });

  it('keeps the text when the daemon is away', async () => {
    await open();
    await type('mine');
    app.engine.failWith(new Error('the daemon went away'));
    await press(ctrl('s'), enter);
    expect(app.screen()).toContain('✗ the daemon went away');
    expect(app.screen()).toContain('mine');
  });

  it('fits 60×16 with a question open', async () => {
    await open({ columns: 60, rows: 16 });
    await type('x');
    await press(ctrl('s'));
    const lines = app.screen().split('\n');
    expect(lines).toHaveLength(16);
    expect(lines.every((line) => line.length <= 60)).toBe(true);
    expect(app.screen()).toContain('7 x');
    expect(app.screen()).toContain('note:');
  });

  it('marks the insertion point without colours', async () => {
    await open({ color: false });
    expect(app.styled()).toContain('\u001B[7m \u001B[27m');
  });

  it('writes a new prompt from a template', async () => {
    await open();
    await press(esc, 'n');
    await type('project:ops/rollback');
    await press(enter);
    expect(app.screen()).toContain('Edit new prompt project:ops/rollback');
    await press(`${esc}>`);
    await type('Roll back first.');
    await press(ctrl('s'), enter);
    expect(app.engine.asked[0]).toMatch(/^createContent "prompt" {"name":"rollback","project":"ops","text":"---/);
  });

  it('selects what was made once it is there', async () => {
    await open();
    const rollback = aPrompt({ name: 'rollback', project: 'ops', semver: '0.1.0' });
    Object.assign(app.engine.commands, {
      createContent: async (): Promise<Saved> => {
        app.engine.patch({ op: 'put', kind: 'prompts', value: rollback });
        return { ref: rollback.ref, semver: '0.1.0', hash: rollback.hash, revisionId: 'rev_1' };
      },
    });
    await press(esc, 'n');
    await type('project:ops/rollback');
    await press(enter, `${esc}>`, 'x', ctrl('s'), enter);
    expect(app.line('▸ ')).toMatch(/rollback +project:ops/);
    await press('z');
    expect(app.engine.asked.at(-1)).toBe('undoRevision "rev_1"');
  });

  it('refuses a name that is taken or is none, and keeps it to be mended', async () => {
    await open();
    await press(esc, 'n');
    await type('style');
    await press(enter);
    expect(app.screen()).toContain('prompt style is there already: e edits it');
    await type(' Name');
    await press(enter);
    expect(app.screen()).toContain('style Name is not a name');
    expect(app.state().overlay).toMatchObject({ kind: 'ask', field: { text: 'style Name' } });
    await press(ctrl('u'));
    await type('rollback');
    await press(enter);
    expect(app.state().overlay).toMatchObject({ kind: 'editor' });
  });
});
