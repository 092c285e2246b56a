/** A document on its way through an editor and into the engine: what cannot be saved is opened again or kept in a file. */
import type { DiffView } from '../../engine/index.ts';
import { McptuiError } from '../../errors.ts';
import { failureText, type Console, type Said } from '../console.ts';

/** How a change becomes a revision. */
export interface SaveChoice {
  readonly bump: 'patch' | 'minor' | 'major';
  readonly note: string;
}

export const plainSave: SaveChoice = { bump: 'patch', note: '' };

/** What is edited, and what becomes of it. */
export interface EditJob {
  /** As said in notices: `style`. */
  readonly title: string;
  /** Of the temporary file: `prompt-style.md`. */
  readonly fileName: string;
  readonly text: string;
  /** Version, in words, that a save with this bump gives: `1.4.3`; undefined where there is nothing to choose. */
  readonly nextVersion?: (bump: SaveChoice['bump']) => string;
  /** What was chosen before the editor was opened. */
  readonly choice: SaveChoice;
  /**
   * Resolves to what is said of it; it may say that nothing changed.
   * @throws McptuiError `invalid` when the text has to be mended, `conflict` when what it was made from has changed
   */
  save(text: string, choice: SaveChoice): Promise<Said>;
  /** From what is live to this text. @throws McptuiError `invalid` when it cannot be read */
  readonly diff?: (text: string) => Promise<DiffView>;
  /** The same on what is live by now, for a text that met a conflict. */
  renew(): Promise<EditJob>;
}

/** Opens the operator's editor on it and saves what comes back. */
export function editContent(console: Console, job: EditJob): void {
  const { edit } = console.terminal;
  if (edit === undefined) return console.notify('info', 'no editor can be opened here: E edits inline');
  editAndSave(console, job, edit, false).catch((error: unknown) => console.notify('bad', failureText(error)));
}

type Edit = NonNullable<Console['terminal']['edit']>;

async function editAndSave(console: Console, job: EditJob, edit: Edit, again: boolean): Promise<void> {
  let { text } = job;
  let error: string | undefined;
  for (;;) {
    const edited = await edit(text, {
      name: job.fileName,
      ...(error === undefined ? {} : { error }),
      ...(again ? { acceptsUnchanged: true } : {}),
    });
    if (edited === undefined && error === undefined) {
      return console.notify('info', `${job.title}: nothing was changed`);
    }
    if (edited === undefined) return keep(console, job, text, error ?? '');
    text = edited;
    try {
      return console.notify(...(await job.save(text, job.choice)));
    } catch (failure) {
      if (!(failure instanceof McptuiError) || failure.code !== 'invalid') {
        await keep(console, job, text, failureText(failure));
        if (failure instanceof McptuiError && failure.code === 'conflict') askAgain(console, job, text, failure);
        return;
      }
      error = failureText(failure);
      again = false;
    }
  }
}

/** What was written outlives every failure. */
async function keep(console: Console, job: EditJob, text: string, why: string): Promise<void> {
  const path = await console.terminal.keep(text, job.fileName);
  // The end of a long notice may have no room: the path comes first.
  console.notify('bad', `${job.title} is not saved, your text is in ${path} · ${why}`);
}

function askAgain(console: Console, job: EditJob, text: string, failure: McptuiError): void {
  const { notice } = console.state;
  console.ask({
    kind: 'confirm',
    title: `${job.title} has changed meanwhile`,
    lines: [failureText(failure), ...(notice === undefined ? [] : [notice.text])],
    yes: 'open your text again, to be saved over it',
    no: 'no, leave it there',
    act(after) {
      const { edit } = after.terminal;
      if (edit === undefined) return;
      job
        .renew()
        .then((renewed) => editAndSave(after, { ...renewed, text }, edit, true))
        .catch((error: unknown) => after.notify('bad', failureText(error)));
    },
  });
}
