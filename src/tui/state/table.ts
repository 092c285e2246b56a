/** Holds how the table of each pane is shown: what the operator chose, and finds again next time. */
import { McptuiError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { clean } from '../../text/clean.ts';
import { paneIds, type PaneId } from './pane-id.ts';

export interface TableState {
  /** Title of the column by which the rows are sorted; empty for the pane's own order. */
  readonly sort: string;
  readonly reverse: boolean;
  /** Titles of columns that are left out. */
  readonly hidden: readonly string[];
  /** All columns over the whole width: the detail gives way. */
  readonly wide: boolean;
  /** Steps by which the list was made larger, at the expense of the detail; below 0: smaller. */
  readonly split: number;
}

export type Tables = Readonly<Record<PaneId, TableState>>;

export const newTable: TableState = { sort: '', reverse: false, hidden: [], wide: false, split: 0 };

/** More steps than any screen has room for. */
export const mostSplit = 60;

export const newTables: Tables = {
  instances: newTable,
  prompts: newTable,
  personalities: newTable,
  inbox: newTable,
  audit: newTable,
  sessions: newTable,
  secrets: newTable,
  logs: newTable,
  tools: newTable,
};

/** More than any table has; a title is cut to so many characters. */
const mostColumns = 64;
const titleLength = 40;

/**
 * What an earlier console kept, over the defaults. What is not known here is left out: a newer console may have kept it.
 * @throws McptuiError `invalid` naming what is not as it has to be
 */
export function tablesFrom(kept: unknown): Tables {
  const { tables = {} } = objectAt(kept, 'the file') as { readonly tables?: unknown };
  const byPane = objectAt(tables, 'tables');
  const found = paneIds.map((pane): readonly [PaneId, TableState] => {
    const one = Object.hasOwn(byPane, pane) ? objectAt(byPane[pane], `tables.${pane}`) : {};
    const { sort = '', reverse = false, hidden = [], wide = false, split = 0 } = one;
    if (typeof sort !== 'string') throw wrong(`tables.${pane}.sort`, 'a text');
    if (typeof reverse !== 'boolean') throw wrong(`tables.${pane}.reverse`, 'true or false');
    if (typeof wide !== 'boolean') throw wrong(`tables.${pane}.wide`, 'true or false');
    if (typeof split !== 'number' || !Number.isInteger(split) || Math.abs(split) > mostSplit) {
      throw wrong(`tables.${pane}.split`, `a whole number from -${mostSplit} to ${mostSplit}`);
    }
    if (!Array.isArray(hidden) || hidden.length > mostColumns || !hidden.every((title) => typeof title === 'string')) {
      throw wrong(`tables.${pane}.hidden`, `a list of at most ${mostColumns} texts`);
    }
    return [pane, { sort: titleOf(sort), reverse, wide, split, hidden: hidden.map(titleOf) }];
  });
  return { ...newTables, ...Object.fromEntries(found) };
}

function titleOf(text: string): string {
  return clean(text.slice(0, titleLength));
}

function objectAt(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw wrong(what, 'an object');
}

function wrong(what: string, wanted: string): McptuiError {
  return new McptuiError('invalid', `${what} is not ${wanted}`);
}

/** What differs, pane by pane and choice by choice: consoles that run beside each other keep what they did not change. */
export function changedTables(before: Tables, after: Tables): JsonObject {
  const changed: Record<string, JsonObject> = {};
  for (const pane of paneIds) {
    const [was, is] = [before[pane], after[pane]];
    if (was === is) continue;
    const choices = Object.entries(is).filter(([name, value]) => was[name as keyof TableState] !== value);
    if (choices.length > 0) changed[pane] = Object.fromEntries(choices);
  }
  return changed;
}
