/** Chooses which events of the audit timeline have a row. */
import type { Ui } from '../../kit/ui.ts';

export function filterAudit(ui: Ui, text: string): void {
  const { audit } = ui.state;
  audit.list.setFilter(text);
  ui.set({ audit: { ...audit, filter: text, revision: audit.revision + 1, topRow: undefined } });
}

/** Gives the engine's routine its rows, or folds it again. */
export function foldAudit(ui: Ui, folds: boolean): void {
  const { audit } = ui.state;
  audit.list.setFolds(folds);
  ui.set({ audit: { ...audit, revision: audit.revision + 1 } });
}
