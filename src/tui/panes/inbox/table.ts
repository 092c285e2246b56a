/** The table of proposals: which columns fit, and one row as text. */
import type { ProposalView } from '../../../engine/index.ts';
import { clean, fit } from '../../../text/clean.ts';
import { age } from '../../../text/format.ts';
import { glyphs, row, type Span } from '../../kit/theme.ts';
import type { Style } from '../../state/style.ts';
import { fromWord, kindWord, stateTones, targetWord, versionWord } from './words.ts';

export const riskMark = '⚑';

const id = 6;
const flags = 4;
const kind = 8;
const old = 6;
const margin = 2;

export interface InboxColumns {
  readonly target: number;
  readonly versions: number;
  readonly from: number;
}

/** `width` is the inside of the list. */
export function inboxColumns(width: number): InboxColumns {
  const from = width < 70 ? 9 : 14;
  const versions = width < 70 ? 12 : 16;
  return { from, versions, target: Math.max(8, width - margin - id - flags - kind - old - from - versions) };
}

export function inboxHeading(style: Style, width: number, columns: InboxColumns): string {
  const heads = [fit('ID', id + flags), fit('KIND', kind), fit('TARGET', columns.target)];
  heads.push(fit('BASE→NEW', columns.versions), fit('FROM', columns.from), 'AGE');
  return row(style, width, [[' '.repeat(margin) + heads.join(''), 'dim']]);
}

export interface InboxRow {
  readonly proposal: ProposalView;
  readonly selected: boolean;
  readonly marked: boolean;
  readonly seen: boolean;
  readonly now: number;
}

export function inboxRow(style: Style, width: number, columns: InboxColumns, shown: InboxRow): string {
  const { proposal, selected, marked, seen, now } = shown;
  const { state, isStale, risks } = proposal;
  const isPending = state === 'pending';
  const middle: Span = isPending
    ? `${fit(versionWord(proposal), columns.versions - 1)} `
    : [`${fit(state, columns.versions - 1)} `, stateTones[state]];
  const since = isPending ? proposal.createdAt : (proposal.decision?.at ?? proposal.updatedAt);
  return row(
    style,
    width,
    [
      selected ? '▸' : ' ',
      [marked ? '+' : ' ', 'accent'],
      fit(clean(proposal.id), id - 1),
      ' ',
      [isStale && isPending ? glyphs.warn : ' ', 'warn'],
      [risks.length > 0 && isPending ? riskMark : ' ', 'bad'],
      [seen && isPending ? '✓' : ' ', 'dim'],
      ' ',
      fit(kindWord(proposal), kind),
      `${fit(targetWord(proposal, columns.target - 1), columns.target - 1)} `,
      middle,
      `${fit(fromWord(proposal), columns.from - 1)} `,
      age(now - since),
    ],
    { selected },
  );
}
