/** Asks where a text is to be saved, and asks again before a file that is there is replaced. */
import { fieldOf } from '../state/field.ts';
import { failureText, type Ui } from './ui.ts';

export interface SaveDraft {
  /** Of the file, as offered. */
  readonly name: string;
  /** What is saved, in words. */
  readonly what: string;
  /** Made once the path is known. */
  readonly text: () => string;
}

export function askToSave(ui: Ui, { name, what, text }: SaveDraft): void {
  ui.askText({
    title: 'Save to a file',
    does: 'saves the text',
    lines: [what],
    label: 'path',
    field: fieldOf(`./${name.replaceAll(/[^\w.+-]+/g, '-')}`),
    required: 'a path is needed: Esc leaves it',
    act: (after, path) => save(after, text(), path, false),
  });
}

function save(ui: Ui, text: string, path: string, isAgreed: boolean): void {
  try {
    const saved = ui.terminal.save(text, path, isAgreed);
    if (saved !== undefined) return ui.notify('ok', `saved to ${saved}`);
    ui.ask({
      kind: 'confirm',
      title: `Replace ${path}?`,
      lines: ['There is a file of this name. What is in it is lost.'],
      yes: 'replace it',
      no: 'no, leave it',
      act: (after) => save(after, text, path, true),
    });
  } catch (error) {
    ui.notify('bad', failureText(error));
  }
}
