/** Waits for what was just made to arrive in the view. */
import type { Ui } from './ui.ts';

/** A new row comes with the next patch; after this it is not waited for any more. */
const patienceMs = 3000;

/** Calls `found` with the id of the row of this reference or name, once, as soon as the view has it. */
export function waitForRow(
  { store, clock }: Ui,
  kind: 'prompts' | 'personalities' | 'instances' | 'projects' | 'agents' | 'skills',
  ref: string,
  found: (id: string) => void,
): void {
  const look = (): void => {
    for (const row of store.getState().view?.[kind].values() ?? []) {
      if (('ref' in row ? row.ref : row.name) !== ref) continue;
      stop();
      return found(row.id);
    }
  };
  let view = store.getState().view;
  const unsubscribe = store.subscribe((state) => {
    if (state.view === view) return;
    ({ view } = state);
    look();
  });
  const timer = clock.after(patienceMs, unsubscribe, { unref: true });
  const stop = (): void => {
    unsubscribe();
    timer.cancel();
  };
  look();
}
