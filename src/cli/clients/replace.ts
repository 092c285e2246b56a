/** Moves a client's own servers behind ours, for `connect --replace`: imports them, and names those that can leave its file. */
import type { ImportItem } from '../../clients/import/draft.ts';
import { readFound } from '../../clients/import/read-files.ts';
import type { ClientPlace } from '../../clients/places.ts';
import type { Context } from '../context.ts';
import { withEngine } from '../with-engine.ts';
import { carryOut, previewText, withoutQuestions } from './import.ts';
import { plannedItems } from './planned-items.ts';

export interface Replacement {
  /** Entries that can leave the file. */
  readonly entries: readonly string[];
  readonly text: string;
  /** Creates the servers; answers the entries of those that are there now. */
  readonly carryOut: () => Promise<readonly string[]>;
}

const entriesOf = (items: readonly ImportItem[]): readonly string[] => items.map(({ from }) => from.entry);

/** They are started, as the client's agents go on using them. */
export async function replacementFor(
  context: Context,
  place: ClientPlace,
  { project = 'default' }: { readonly project?: string },
): Promise<Replacement> {
  const files = await readFound([place]);
  const planned = await withEngine(context, (engine) => plannedItems(context, engine, files, { project, start: true }));
  const items = planned.map((item) => (context.isTty ? item : withoutQuestions(item)));
  const fresh = items.filter(({ state }) => state === 'new');
  const same = items.filter(({ state }) => state === 'same');
  return {
    entries: entriesOf([...fresh, ...same]),
    text: previewText(items),
    carryOut: async () => {
      if (fresh.length === 0) return entriesOf(same);
      const made = await withEngine(context, (engine, live) => carryOut(context, engine, fresh, live));
      return entriesOf([...made, ...same]);
    },
  };
}
