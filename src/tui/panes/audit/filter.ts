/** Filters the audit timeline. */
import type { Ui } from '../../kit/ui.ts';

export function filterAudit(ui: Ui, text: string): void {
  const { audit } = ui.state;
  audit.list.setFilter(text);
  ui.set({ audit: { ...audit, filter: text, revision: audit.revision + 1, topRow: undefined, top: 0 } });
}
