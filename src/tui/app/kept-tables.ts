/** Keeps how tables are shown from one console to the next. */
import type { Timer } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { failureText, type Ui } from '../kit/ui.ts';
import { changedTables, tablesFrom } from '../state/table.ts';

/** The file of the console's own settings. */
export interface SettingsFile {
  readonly path: string;
  /** Undefined when there is none. @throws when it cannot be read */
  read(): unknown;
  /** Puts what changed over what is in the file by then. */
  merge(change: JsonObject): Promise<void>;
}

/** Keys that follow each other are written once. */
const settleMs = 500;

/** Shows tables as they were kept, and keeps what changes; what it returns ends that, once all is written. */
export function keepTables(ui: Ui, file: SettingsFile): () => Promise<void> {
  try {
    const kept = file.read();
    if (kept !== undefined) ui.set({ tables: tablesFrom(kept) });
  } catch (error) {
    ui.notify('warn', `${file.path} cannot be read: ${failureText(error)} · the next choice of columns replaces it`);
  }
  let written = ui.state.tables;
  let timer: Timer | undefined;
  let writing = Promise.resolve();
  const write = (): void => {
    timer = undefined;
    const { tables } = ui.state;
    const change = changedTables(written, tables);
    written = tables;
    if (Object.keys(change).length === 0) return;
    writing = writing
      .then(() => file.merge({ tables: change }))
      .catch((error: unknown) => ui.notify('warn', `how tables are shown is not kept: ${failureText(error)}`));
  };
  const unsubscribe = ui.store.subscribe(({ tables }) => {
    if (tables !== written) timer ??= ui.clock.after(settleMs, write, { unref: true });
  });
  return () => {
    unsubscribe();
    timer?.cancel();
    write();
    return writing;
  };
}
