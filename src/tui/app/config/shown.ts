/** Decides what the console shows of skin, mouse, columns and the rest: of what was chosen in it and what the file says, the later. Pure. */
import { isDeepStrictEqual } from 'node:util';
import { McptuiError } from '../../../kernel/errors.ts';
import type { JsonObject } from '../../../kernel/json.ts';
import type { Bell, ConsoleConfig } from '../../state/console-config.ts';
import { paneIds, type PaneId } from '../../state/pane-id.ts';
import { skinNames, type Skin, type Style } from '../../state/style.ts';
import { newTable, tablesFrom, type Tables } from '../../state/table.ts';
import type { UiState } from '../../state/ui-store.ts';
import { panes } from '../panes.ts';
import { saysAscii, saysBell, saysMouse, saysSkin, saysStill, styleOf } from '../terminal-style.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Shown = Pick<UiState, 'style' | 'mouse' | 'tables' | 'bell' | 'config'>;
/** Of the file, what a choice in the console may replace. */
type Replaceable = Pick<ConsoleConfig, 'skin' | 'mouse' | 'columns'>;

/**
 * `was` is what the file said when `chosen` was the newest, `now` what it says now. A file that has changed since is the
 * later one; one whose line was taken out takes its value along.
 */
function later<T>(chosen: T | undefined, was: T | undefined, now: T | undefined, otherwise: T): T {
  if (isDeepStrictEqual(was, now)) return chosen ?? now ?? otherwise;
  if (now !== undefined) return now;
  return chosen === undefined || isDeepStrictEqual(chosen, was) ? otherwise : chosen;
}

/**
 * When a console starts, from what the one before kept; undefined: nothing.
 * @throws McptuiError `invalid` naming what of that is not as it has to be
 */
export function shownAtStart(
  kept: unknown,
  { config, style }: Pick<UiState, 'config' | 'style'>,
  env: Environment,
): Shown {
  const tables = tablesFrom(kept ?? {});
  const { skin, mouse } = (kept ?? {}) as { readonly skin?: unknown; readonly mouse?: unknown };
  if (skin !== undefined && !isSkin(skin)) throw wrong(`skin is none of ${skinNames.join(', ')}`);
  if (mouse !== undefined && typeof mouse !== 'boolean') throw wrong('mouse is not true or false');
  const was = recordFrom(kept);
  return {
    config,
    style: styled(style, { chosen: skin, was: was.skin }, config, env),
    mouse: saysMouse(env) ?? later(mouse, was.mouse, config.mouse, false),
    tables: tabled(tables, (pane) => (keepsColumns(kept, pane) ? tables[pane].hidden : undefined), was, config),
    bell: bellOf(config, env),
  };
}

/** When the file changes while the console runs. */
export function shownAfter(state: Shown, config: ConsoleConfig, env: Environment): Shown {
  const was = state.config;
  const style = styled(styleOf(env), { chosen: state.style.skin, was: was.skin }, config, env);
  return {
    config,
    style: saysSkin(env) ? { ...style, skin: state.style.skin } : style,
    mouse: later(state.mouse, was.mouse, config.mouse, saysMouse(env) ?? false),
    tables: tabled(state.tables, (pane) => state.tables[pane].hidden, was, config),
    bell: bellOf(config, env),
  };
}

function styled(
  own: Style,
  { chosen, was }: { readonly chosen: Skin | undefined; readonly was: Skin | undefined },
  config: ConsoleConfig,
  env: Environment,
): Style {
  return {
    ...own,
    skin: saysSkin(env) ? own.skin : later(chosen, was, config.skin, own.skin),
    ascii: saysAscii(env) ? own.ascii : (config.ascii ?? own.ascii),
    still: saysStill(env) ? own.still : (config.reduceMotion ?? own.still),
  };
}

function tabled(
  tables: Tables,
  chosen: (pane: PaneId) => readonly string[] | undefined,
  was: Replaceable,
  now: Replaceable,
): Tables {
  const next = paneIds.map((pane) => {
    const hidden = later(chosen(pane), hiddenOf(pane, was), hiddenOf(pane, now), newTable.hidden);
    return [pane, isDeepStrictEqual(hidden, tables[pane].hidden) ? tables[pane] : { ...tables[pane], hidden }] as const;
  });
  return Object.fromEntries(next) as Tables;
}

/** The columns that the file does not name; undefined where it says nothing of the pane. */
function hiddenOf(pane: PaneId, { columns }: Replaceable): readonly string[] | undefined {
  const titles = columns[pane];
  return titles === undefined ? undefined : (panes[pane].columns ?? []).filter((title) => !titles.includes(title));
}

function bellOf({ bell }: ConsoleConfig, env: Environment): Bell {
  return saysBell(env) ?? bell ?? 'inbox';
}

/** What of the file is kept beside the choices, so that the next console can tell which of them is the later. */
export function recordOf({ skin, mouse, columns }: Replaceable): JsonObject {
  const byPane = paneIds.map((pane) => [pane, columns[pane] === undefined ? null : [...columns[pane]]] as const);
  return { skin: skin ?? null, mouse: mouse ?? null, columns: Object.fromEntries(byPane) };
}

/** Choices that a newer file has replaced: they must not come back when the next console starts. */
export function replacedChoices(before: JsonObject, state: Shown): JsonObject {
  const now = recordOf(state.config);
  const [was, is] = [before['columns'], now['columns']] as readonly Readonly<Record<string, unknown>>[];
  const other = paneIds.filter((pane) => !isDeepStrictEqual(was?.[pane], is?.[pane]));
  return {
    ...(before['skin'] === now['skin'] ? {} : { skin: state.style.skin }),
    ...(before['mouse'] === now['mouse'] ? {} : { mouse: state.mouse }),
    ...(other.length === 0
      ? {}
      : { tables: Object.fromEntries(other.map((pane) => [pane, { hidden: [...state.tables[pane].hidden] }])) }),
  };
}

/** What cannot be read was not recorded. */
export function recordFrom(kept: unknown): Replaceable {
  const { config } = (kept ?? {}) as { readonly config?: unknown };
  const { skin, mouse, columns } = (config ?? {}) as { readonly [K in keyof Replaceable]?: unknown };
  const byPane = (columns ?? {}) as Readonly<Record<string, unknown>>;
  const shown = paneIds.flatMap((pane) => (isTitles(byPane[pane]) ? [[pane, byPane[pane]] as const] : []));
  return {
    ...(isSkin(skin) ? { skin } : {}),
    ...(typeof mouse === 'boolean' ? { mouse } : {}),
    columns: Object.fromEntries(shown),
  };
}

function keepsColumns(kept: unknown, pane: PaneId): boolean {
  const { tables } = (kept ?? {}) as { readonly tables?: Readonly<Record<string, object>> };
  return tables !== undefined && Object.hasOwn(tables, pane) && Object.hasOwn(tables[pane] ?? {}, 'hidden');
}

const isSkin = (value: unknown): value is Skin => skinNames.some((name) => name === value);
const isTitles = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((title) => typeof title === 'string');

function wrong(message: string): McptuiError {
  return new McptuiError('invalid', message);
}
