/**
 * Ties what a command writes to the decision that permitted it: events of the same actor get its reference while the command runs,
 * however deep they are written. What the engine does meanwhile is its own.
 */
import { withTransact } from '../../store/index.ts';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Shape } from '../../store/schema/index.ts';
import { unmoved } from './unmoved.ts';
import type { Database, EventDraft } from '../../store/types.ts';

/** A decision while what it permits is under way. */
export interface Permitted {
  readonly subject: string;
  /** As events have it in their detail: `decision`. */
  readonly ref: string;
  /** An event names it. */
  isNamed: boolean;
}

const underWay = new AsyncLocalStorage<Permitted>();

export function permitting<T>(permitted: Permitted, work: () => Promise<T>): Promise<T> {
  return underWay.run(permitted, work);
}

function named(draft: EventDraft): EventDraft {
  const permitted = underWay.getStore();
  if (permitted?.subject !== draft.actor) return draft;
  permitted.isNamed = true;
  return { ...draft, detail: { ...draft.detail, decision: permitted.ref } };
}

/** The same store, whose events name the decision that permitted them. */
export function withDecisions(db: Database<Shape>): Database<Shape> {
  return withTransact(
    db,
    (fn) =>
      db.transact((tx) =>
        unmoved(tx, () => fn({ collection: (name) => tx.collection(name), event: (draft) => tx.event(named(draft)) })),
      ),
    { record: (draft) => db.record(named(draft)) },
  );
}
