/** Titles a detail with its name and its tabs: where room is short, words give way before the tab that is shown. Pure. */
import { cut, widthOf } from '../../text/clean.ts';
import { layoutOf } from './layout.ts';
import { detailRoom } from './split-pane.ts';
import { spansWidth, type Line, type Span } from './theme.ts';
import type { UiState } from '../state/ui-store.ts';

export interface TabbedTitle {
  readonly name: string;
  /** Behind the name: a version, or what is compared; may be empty. */
  readonly versions: string;
  readonly tabs: readonly string[];
  readonly active: string;
}

/** What a name keeps beside versions. */
const leastName = 8;

/** Columns for the title of a detail: the mark of the focus takes some, and in a border its note. */
export function titleRoom(state: UiState): number {
  return detailRoom(state).width - (layoutOf(state).beside > 0 ? 2 : 24);
}

/** `deploy-rules 1.4.2 · [Body] Diff History`; cleaned words are expected. */
export function tabbedTitle({ name, versions, tabs, active }: TabbedTitle, room: number): Line {
  const shown: Span = [`[${active}]`, 'strong'];
  const all = tabs.flatMap((tab): Span[] => (tab === active ? [' ', shown] : [` ${tab}`]));
  const least = Math.min(leastName, widthOf(name)) + widthOf(' ·');
  const ends: readonly Span[] = spansWidth(all) + least <= room ? all : [' ', shown];
  const left = room - spansWidth(ends) - least - 1;
  const told = versions === '' || left < 4 ? '' : ` ${cut(versions, left)}`;
  const forName = Math.max(1, room - spansWidth(ends) - widthOf(told) - widthOf(' ·'));
  return [[cut(name, forName), 'strong'], `${told} ·`, ...ends];
}
