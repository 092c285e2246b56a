/** Keeps what the operator chose from one console to the next: how tables are shown, the skin, the mouse. */
import type { Timer } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import { failureText, type Ui } from '../kit/ui.ts';
import { skinNames, type Skin } from '../state/style.ts';
import { changedTables, tablesFrom } from '../state/table.ts';
import type { UiState } from '../state/ui-store.ts';
import { saysMouse, saysSkin } from './terminal-style.ts';

/** The file of the console's own settings. */
export interface SettingsFile {
  readonly path: string;
  /** Undefined when there is none. @throws when it cannot be read */
  read(): unknown;
  /** Puts what changed over what is in the file by then. */
  merge(change: JsonObject): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Kept = Pick<UiState, 'tables' | 'mouse' | 'style'>;

/** Keys that follow each other are written once. */
const settleMs = 500;

/**
 * Shows what was kept, where the environment does not say otherwise, and keeps what changes; what it returns ends that,
 * once all is written.
 */
export function keepSettings(ui: Ui, file: SettingsFile, env: Environment): () => Promise<void> {
  try {
    const kept = file.read();
    if (kept !== undefined) ui.set(settingsFrom(kept, ui.state, env));
  } catch (error) {
    ui.notify('warn', `${file.path} cannot be read: ${failureText(error)} · the next choice replaces it`);
  }
  let written: Kept = ui.state;
  let timer: Timer | undefined;
  let writing = Promise.resolve();
  const write = (): void => {
    timer = undefined;
    const change = changesOf(written, ui.state);
    written = ui.state;
    if (Object.keys(change).length === 0) return;
    writing = writing
      .then(() => file.merge(change))
      .catch((error: unknown) => ui.notify('warn', `what you chose is not kept: ${failureText(error)}`));
  };
  const unsubscribe = ui.store.subscribe((state) => {
    const isOther =
      state.tables !== written.tables || state.mouse !== written.mouse || state.style.skin !== written.style.skin;
    if (isOther) timer ??= ui.clock.after(settleMs, write, { unref: true });
  });
  return () => {
    unsubscribe();
    timer?.cancel();
    write();
    return writing;
  };
}

/** @throws McptuiError `invalid` naming what is not as it has to be */
function settingsFrom(kept: unknown, { style }: Kept, env: Environment): Partial<UiState> {
  const tables = tablesFrom(kept);
  const { skin = style.skin, mouse = false } = kept as { readonly skin?: unknown; readonly mouse?: unknown };
  if (!isSkin(skin)) throw new McptuiError('invalid', `skin is none of ${skinNames.join(', ')}`);
  if (typeof mouse !== 'boolean') throw new McptuiError('invalid', 'mouse is not true or false');
  return {
    tables,
    ...(saysSkin(env) ? {} : { style: { ...style, skin } }),
    ...(saysMouse(env) === undefined ? { mouse } : {}),
  };
}

const isSkin = (value: unknown): value is Skin => skinNames.some((name) => name === value);

function changesOf(before: Kept, after: Kept): JsonObject {
  const tables = changedTables(before.tables, after.tables);
  const change: Record<string, Json> = {};
  if (Object.keys(tables).length > 0) change['tables'] = tables;
  if (before.style.skin !== after.style.skin) change['skin'] = after.style.skin;
  if (before.mouse !== after.mouse) change['mouse'] = after.mouse;
  return change;
}
