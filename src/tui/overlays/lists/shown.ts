/** Tells which rows of a list are shown. Keys and painting use the same. */
import { clean } from '../../../text/clean.ts';
import { layoutOf } from '../../kit/layout.ts';
import { parseFilter, type Filter } from '../../state/filter.ts';
import { lastOf } from '../../state/memo.ts';
import type { ListedKind, ListingState } from '../../state/overlays.ts';
import type { UiState } from '../../state/ui-store.ts';
import { agents } from './agents.ts';
import { backends } from './backends.ts';
import { bindings } from './bindings.ts';
import type { ListedRow, Listing } from './listing.ts';
import { models } from './models.ts';
import { projects } from './projects.ts';
import { roles } from './roles.ts';
import { tokens } from './tokens.ts';

export const listings: Readonly<Record<ListedKind, Listing>> = {
  projects,
  agents,
  tokens,
  models,
  backends,
  roles,
  bindings,
};

export const filterOf = lastOf((text: string): Filter => parseFilter(text, {}));

/** Undefined until they are known. */
export function shownIn(state: UiState, overlay: ListingState): readonly ListedRow[] | undefined {
  const rows = listings[overlay.of].rows(state, overlay);
  const filter = filterOf(overlay.list.filter);
  if (!filter.ok || filter.empty) return rows;
  return rows?.filter(({ cells }) => filter.matches({ text: clean(cells.join(' ')).toLowerCase(), fields: {} }));
}

/** Rows of the table on this screen. */
export function pageOf(state: UiState, overlay: ListingState): number {
  return Math.max(1, layoutOf(state).body - 3 - (hasFilter(overlay) ? 1 : 0));
}

export const hasFilter = ({ typed, list }: ListingState): boolean => typed !== undefined || list.filter !== '';
