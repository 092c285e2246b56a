/** Keeps what an import holds beside the state: items with their secrets, and what was typed. None of it is ever painted. */
import { changeWords, sourceWords } from '../../../clients/import/words.ts';
import type { ImportItem } from '../../../clients/import/draft.ts';
import type { ImportRow } from '../../state/import.ts';

export interface Kept {
  items: readonly ImportItem[];
  /** Name of a secret → its value. */
  readonly typed: Map<string, string>;
}

/** By key of the overlay. */
const all = new WeakMap<object, Kept>();

export function keptOf(key: object): Kept {
  const found = all.get(key);
  if (found !== undefined) return found;
  const made: Kept = { items: [], typed: new Map() };
  all.set(key, made);
  return made;
}

/** As it is shown: a question that was answered is none any more. */
export function rowsOf({ items, typed }: Kept): readonly ImportRow[] {
  return items.map((item) => ({
    id: item.id,
    name: item.name,
    from: `${item.from.client} ${item.from.scope}`,
    file: item.from.file,
    source: item.draft === undefined ? '' : sourceWords(item.draft),
    state: item.state,
    changes: changeWords(item),
    needs: item.needs.filter(({ secret }) => !typed.has(secret)).map(({ title }) => title),
  }));
}
