/** Takes a document through the operator's editor into the engine: what cannot be saved is opened again or kept in a file. */
import type { DiffView } from '../../../engine/index.ts';
import { McptuiError } from '../../../kernel/errors.ts';
import { failureText, type Ui, type Said } from '../../kit/ui.ts';
import type { EditedDocument } from '../../state/overlays.ts';
import type { SaveChoice } from '../../state/save-choice.ts';

/** Job of an editor: what is edited, and what becomes of it. */
export interface EditJob extends EditedDocument {
  readonly text: string;
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
export function editContent(ui: Ui, job: EditJob): void {
  const { edit } = ui.terminal;
  if (edit === undefined) return ui.notify('info', 'no editor can be opened here: E edits inline');
  start(ui, job, edit, {});
}

/** Consoles whose terminal an editor has, or is about to have. */
const away = new WeakSet<Ui>();

function start(ui: Ui, job: EditJob, edit: Edit, first: Again): void {
  // A key pressed twice before the first editor came up.
  if (away.has(ui)) return;
  away.add(ui);
  editAndSave(ui, job, edit, first)
    .catch((error: unknown) => ui.notify('bad', failureText(error)))
    .finally(() => away.delete(ui));
}

type Edit = NonNullable<Ui['terminal']['edit']>;

/** Why a text is opened once more: what is wrong with it, or that it is to be saved over what is live by now. */
interface Again {
  readonly error?: string;
  readonly acceptsUnchanged?: boolean;
}

async function editAndSave(ui: Ui, job: EditJob, edit: Edit, first: Again): Promise<void> {
  let { text } = job;
  let again = first;
  for (;;) {
    const edited = await edit(text, { name: job.fileName, ...again });
    if (edited === undefined) {
      if (again.error === undefined) return ui.notify('info', `${job.title}: nothing was changed`);
      return keep(ui, job, text, again);
    }
    text = edited;
    try {
      return ui.notify(...(await job.save(text, job.choice)));
    } catch (failure) {
      const error = failureText(failure);
      const code = failure instanceof McptuiError ? failure.code : undefined;
      if (code !== 'invalid') return keep(ui, job, text, { error, acceptsUnchanged: true }, code === 'conflict');
      again = { error };
    }
  }
}

/** What was written outlives every failure: it stays in a file, and may be opened again. */
function keep(ui: Ui, job: EditJob, text: string, again: Again, isStale = false): void {
  const path = ui.terminal.keep(text, job.fileName);
  ui.ask({
    kind: 'confirm',
    title: `${job.title} is not saved`,
    lines: [again.error ?? '', `Your text is in ${path}`],
    yes: isStale ? 'open it again, to be saved over what is live' : 'open it again',
    no: 'no, leave it there',
    act(after) {
      const { edit } = after.terminal;
      if (edit === undefined) return;
      const next = isStale ? job.renew() : Promise.resolve(job);
      next
        .then((renewed) => start(after, { ...renewed, text }, edit, again))
        .catch((failure: unknown) => after.notify('bad', failureText(failure)));
    },
  });
}
