/** Counts the events of the timeline by kind, actor, result and target, to be chosen from as filters. */
import { count, plural } from '../../../text/format.ts';
import type { AuditList } from '../../state/audit-list.ts';
import type { HeldEvent } from '../../state/event-ring.ts';
import type { Choice } from '../../state/overlays.ts';

const facets: readonly (readonly [field: string, valueOf: (event: HeldEvent) => string | undefined])[] = [
  ['kind', ({ kind }) => kind],
  ['actor', ({ actor }) => actor],
  ['result', ({ outcome }) => outcome],
  ['target', ({ target }) => target],
];

/** Of each field; the values that are rarer are left to typing. */
const mostValues = 40;

/** Filters by the values that the events of the filter have, the most frequent first. */
export function facetChoices(list: AuditList): readonly Choice[] {
  const counts = facets.map(() => new Map<string, number>());
  for (const event of list.matching()) {
    for (const [index, [, valueOf]] of facets.entries()) {
      const value = valueOf(event);
      const counted = counts[index];
      // A filter takes a space for the end of a word.
      if (value !== undefined && counted !== undefined && !/\s/.test(value)) {
        counted.set(value, (counted.get(value) ?? 0) + 1);
      }
    }
  }
  return facets.flatMap(([field], index) =>
    [...(counts[index] ?? [])]
      .sort((a, b) => b[1] - a[1])
      .slice(0, mostValues)
      .map(([value, times]) => ({
        id: `${field}:${value}`,
        name: `${field}:${value}`,
        note: times === 1 ? plural(1, 'event') : `${count(times)} events`,
        isOn: false,
      })),
  );
}
