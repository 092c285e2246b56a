/** Paints a list over the whole body: the filter, a heading, rows. */
import { clean, widthOf } from '../../../text/clean.ts';
import { plural } from '../../../text/format.ts';
import { border, framed } from '../../kit/box.ts';
import { fieldSpans } from '../../kit/field-spans.ts';
import { layoutOf, windowTop } from '../../kit/layout.ts';
import { selectedIndex } from '../../kit/list.ts';
import { scopeWords } from '../../kit/projects.ts';
import type { OverlayRows } from '../../kit/overlay.ts';
import { cell, paintList, type Table, type Widths } from '../../kit/table.ts';
import { row as paintedRow } from '../../kit/theme.ts';
import type { ListingState } from '../../state/overlays.ts';
import type { UiState } from '../../state/ui-store.ts';
import type { ListedRow, Listing } from './listing.ts';
import { filterOf, hasFilter, listings, pageOf, shownIn } from './shown.ts';

const gap = 2;
const mostOfOne = 32;
const leastOfLast = 10;

/** Each column as wide as its texts; on a narrow screen those before the last one go first. */
function widthsOf(titles: readonly string[], width: number, rows: readonly ListedRow[]): Widths {
  const wanted = titles.map((title, at) => {
    const widest = rows.reduce((most, { cells }) => Math.max(most, widthOf(clean(cells[at] ?? ''))), title.length);
    return Math.min(mostOfOne, widest) + gap;
  });
  const last = titles.length - 1;
  const room = width - gap;
  const used = (): number => wanted.slice(0, last).reduce((sum, one) => sum + one, 0);
  for (let at = last - 1; at > 0 && room - used() < leastOfLast; at -= 1) wanted[at] = 0;
  wanted[last] = Math.max(0, room - used());
  return Object.fromEntries(titles.map((title, at) => [title, wanted[at] ?? 0]));
}

function tableOf({ columns }: Listing): Table<ListedRow, undefined> {
  return {
    grows: columns.at(-1) ?? '',
    widths: (width, rows) => widthsOf(columns, width, rows),
    columns: columns.map((title, at) => ({
      title,
      cell: ({ cells }, width) => cell(clean(cells[at] ?? ''), width),
    })),
  };
}

function emptyWords(
  { noun }: Listing,
  { list }: ListingState,
  rows: readonly ListedRow[] | undefined,
  scope: string,
): string {
  if (rows === undefined) return '  asking the engine …';
  if (list.filter === '' && scope !== '') return `  no ${noun}${scope} · ctrl-o shows others`;
  return list.filter === '' ? `  there is no ${noun} · n makes one` : `  no ${noun} matches the filter · Esc clears it`;
}

export function listingRows(state: UiState, overlay: ListingState): OverlayRows {
  const { style } = state;
  const { columns } = layoutOf(state);
  const listing = listings[overlay.of];
  const { list, typed } = overlay;
  const scope = listing.isScoped === true ? scopeWords(state) : '';
  const rows = shownIn(state, overlay);
  const all = rows ?? [];
  const page = pageOf(state, overlay);
  const selected = selectedIndex(all, list);
  const inner = columns - 2;
  const filter = filterOf(typed?.text ?? list.filter);
  const search = hasFilter(overlay)
    ? [
        paintedRow(style, inner, [
          ' filter: ',
          ...(typed === undefined ? [clean(list.filter)] : fieldSpans(typed, Math.max(8, inner - 40))),
          [filter.ok ? '' : `  ${clean(filter.reason)}`, 'warn'],
        ]),
      ]
    : [];
  const top = windowTop(list.top, selected, page, all.length);
  const window = { rows: all, top, height: page, selected, empty: emptyWords(listing, overlay, rows, scope) };
  const painted = paintList(style, inner, tableOf(listing), [], window, undefined);
  return {
    top: 0,
    rows: [
      border(
        style,
        columns,
        'top',
        [[`${listing.title}${scope}`, 'strong']],
        rows === undefined ? '' : plural(all.length, listing.noun),
      ),
      ...[...search, ...painted].map((line) => framed(style, line)),
      border(style, columns, 'bottom'),
    ],
  };
}
