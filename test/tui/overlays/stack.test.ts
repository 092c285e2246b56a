import { afterEach, describe, expect, it } from 'vitest';
import { unsavedText } from '../../../src/tui/overlays/editor/editor-acts.ts';
import { aPrompt } from '../../support/builders/content-builders.ts';
import { openApp, type OpenApp } from '../../support/worlds/open-app.tsx';

const esc = '\u001B';
const ctrlC = '\u0003';

describe('overlays', () => {
  let app: OpenApp;
  afterEach(() => app.close());

  const editAndAsk = async (): Promise<string[]> => {
    app = await openApp({ content: { prompts: [aPrompt()] } });
    const answers: string[] = [];
    await app.press('2');
    await app.settle();
    await app.press('E');
    await app.settle();
    await app.press('Q', 'X');
    app.ui.ask({
      kind: 'confirm',
      title: 'Something else?',
      lines: [],
      yes: 'yes',
      no: 'no',
      act: () => answers.push('yes'),
    });
    await app.pass(300);
    expect(app.screen()).toContain('Something else?');
    return answers;
  };

  it('come back with what was typed when a question that came up over them is answered', async () => {
    const answers = await editAndAsk();
    await app.press('y');
    expect(answers).toEqual(['yes']);
    expect(app.state().overlay).toMatchObject({ kind: 'editor' });
    expect(app.screen()).toContain('QX');
    expect(app.state().covered).toEqual([]);
  });

  it('are closed by ctrl-c one at a time, and a text is never lost', async () => {
    const answers = await editAndAsk();
    expect(unsavedText(app.state())?.text).toContain('QX');
    await app.press(ctrlC);
    expect(answers).toEqual([]);
    expect(app.state().overlay).toMatchObject({ kind: 'editor' });
    await app.press(ctrlC);
    expect(app.screen()).toContain('Not saved.');
  });

  it('take keys and pastes while they are on top, and leave those below alone', async () => {
    await editAndAsk();
    await app.send('\u001B[200~pasted\u001B[201~');
    expect(app.screen()).toContain('pasted text answers no question');
    await app.press(esc);
    expect(app.screen()).not.toContain('pasted text answers');
    expect(unsavedText(app.state())?.text).not.toContain('pasted');
  });

  it('have their keys in the help', async () => {
    app = await openApp({ rows: 60 });
    for (const id of ['palette.run', 'filter.clear', 'ask.send', 'copy.close', 'form.send', 'bind.toggle']) {
      await app.press('?', '&', ...Array.from(id), '\r');
      expect(app.line(`  ${id}`)).toContain(id);
      expect(app.line(`  ${id}`)).not.toContain('not now');
      await app.press(esc, esc);
      expect(app.screen()).not.toContain(id);
    }
  });

  it.each([
    [50, 12],
    [20, 6],
    [10, 3],
    [4, 1],
  ])('are drawn and answered on a screen of %i×%i, which is too small for panes', async (columns, rows) => {
    app = await openApp({ hosting: true, columns, rows });
    await app.pass(300);
    await app.press('q');
    await app.pass(300);
    expect(app.screen().split('\n')).toHaveLength(rows);
    expect(app.screen()).toMatch(columns === 50 ? /s .*stop/i : /^[^]*$/);
    await app.press('s');
    await app.pass(300);
    expect(app.left).toEqual(['quit-stop']);
  });
});
