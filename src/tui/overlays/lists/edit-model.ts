/** Edits a model as YAML in the operator's editor. */
import type { Ui } from '../../kit/ui.ts';
import { plainSave } from '../../state/save-choice.ts';
import { commandsOf } from '../editor/content-job.ts';
import type { EditJob } from '../editor/edit-content.ts';
import { editIn } from './listing.ts';

/** `saved`: what shows it is to be shown anew. */
export function editModel(ui: Ui, name: string, saved: () => void = () => undefined): void {
  editIn(ui, () => jobOf(ui, name, saved));
}

async function jobOf(ui: Ui, name: string, saved: () => void): Promise<EditJob> {
  const { text, version } = await commandsOf(ui).modelDocument(name);
  return {
    title: `model ${name}`,
    fileName: `model-${name}.yaml`,
    text,
    choice: plainSave,
    async save(edited) {
      if (edited === text) return ['info', `model ${name} is as it was`];
      await commandsOf(ui).updateModel(name, { text: edited }, { expected: version });
      saved();
      return ['ok', `model ${name} is changed`];
    },
    renew: () => jobOf(ui, name, saved),
  };
}
