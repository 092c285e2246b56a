/** Keeps what the operator chose from one console to the next: how tables are shown, the skin, the mouse. */
import { isDeepStrictEqual } from 'node:util';
import type { Timer } from '../../kernel/clock.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import { failureText, type Ui } from '../kit/ui.ts';
import { changedTables } from '../state/table.ts';
import type { UiState } from '../state/ui-store.ts';
import { recordFrom, recordOf, replacedChoices, shownAtStart } from './config/shown.ts';

/** The file of the console's own settings. */
export interface SettingsFile {
  readonly path: string;
  /** Undefined when there is none. @throws when it cannot be read */
  read(): unknown;
  /** Puts what changed over what is in the file by then. */
  merge(change: JsonObject): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Kept = Pick<UiState, 'tables' | 'mouse' | 'style' | 'config'>;

/** Keys that follow each other are written once. */
const settleMs = 500;

/**
 * Shows what was kept, where the environment does not say otherwise, and keeps what changes; what it returns ends that,
 * once all is written.
 */
export function keepSettings(ui: Ui, file: SettingsFile, env: Environment): () => Promise<void> {
  let record = recordOf(recordFrom(undefined));
  try {
    const kept = file.read();
    record = recordOf(recordFrom(kept));
    ui.set(shownAtStart(kept, ui.state, env));
  } catch (error) {
    ui.notify('warn', `${file.path} cannot be read: ${failureText(error)} · the next choice replaces it`);
  }
  let written: Kept = ui.state;
  let timer: Timer | undefined;
  let writing = Promise.resolve();
  const write = (): void => {
    timer = undefined;
    const now = recordOf(ui.state.config);
    const own = changesOf(written, ui.state);
    const change = isDeepStrictEqual(now, record) ? own : withRecord(own, replacedChoices(record, ui.state), now);
    [written, record] = [ui.state, now];
    if (Object.keys(change).length === 0) return;
    writing = writing
      .then(() => file.merge(change))
      .catch((error: unknown) => ui.notify('warn', `what you chose is not kept: ${failureText(error)}`));
  };
  if (!isDeepStrictEqual(recordOf(ui.state.config), record)) timer = ui.clock.after(settleMs, write, { unref: true });
  const unsubscribe = ui.store.subscribe((state) => {
    const isOther =
      state.tables !== written.tables ||
      state.mouse !== written.mouse ||
      state.style.skin !== written.style.skin ||
      state.config !== written.config;
    if (isOther) timer ??= ui.clock.after(settleMs, write, { unref: true });
  });
  return () => {
    unsubscribe();
    timer?.cancel();
    write();
    return writing;
  };
}

function withRecord(own: JsonObject, replaced: JsonObject, config: JsonObject): JsonObject {
  const tables = { ...(own['tables'] as JsonObject | undefined) };
  for (const [pane, table] of Object.entries((replaced['tables'] ?? {}) as Readonly<Record<string, JsonObject>>)) {
    tables[pane] = { ...(tables[pane] as JsonObject | undefined), ...table };
  }
  return { ...own, ...replaced, ...(Object.keys(tables).length === 0 ? {} : { tables }), config };
}

function changesOf(before: Kept, after: Kept): JsonObject {
  const tables = changedTables(before.tables, after.tables);
  const change: Record<string, Json> = {};
  if (Object.keys(tables).length > 0) change['tables'] = tables;
  if (before.style.skin !== after.style.skin) change['skin'] = after.style.skin;
  if (before.mouse !== after.mouse) change['mouse'] = after.mouse;
  return change;
}
