/** Shapes what waits to be written: one entry becomes one record of the journal. */
import type { EpochMs } from '../../kernel/clock.ts';
import type { Bodies } from '../bodies/bodies.ts';
import type { Draft } from '../draft.ts';
import type { RowChanges, Table } from '../table.ts';
import type { UnnumberedEvent } from './traces.ts';
import type { EventDraft, StoreShape } from '../types.ts';

/** Rows and events that become one record. */
export interface Entry {
  readonly at: EpochMs;
  readonly changes: readonly string[];
  readonly eventTexts: readonly string[];
  readonly events: readonly UnnumberedEvent[];
  /** `apply` is told where the record is. */
  readonly wantsPlace?: boolean;
  /** Makes the changes visible. Called once durable, before `settle`. */
  apply(place: RecordPlace | undefined): void;
  /** Called last, once: without an error when durable. */
  settle(error?: Error): void;
}

/** A line of a segment. */
export interface RecordPlace {
  readonly path: string;
  readonly offset: number;
  /** In bytes, with its LF. */
  readonly length: number;
}

/** A record of one event that goes with no change. */
export function eventEntry(draft: EventDraft, at: EpochMs, settle: (error?: Error) => void): Entry {
  const events = [{ ...draft, at }];
  return { at, changes: [], eventTexts: [JSON.stringify(draft)], events, apply() {}, settle };
}

export interface ChangeParts<S extends StoreShape> {
  readonly draft: Draft<S>;
  readonly changes: ReadonlyMap<string, RowChanges>;
  readonly at: EpochMs;
  readonly format: number;
  readonly bodies: ReadonlyMap<string, Bodies>;
  readonly tables: ReadonlyMap<string, Table>;
  settle(error?: Error): void;
}

/** The record of a transaction: its changes become visible, and their bodies findable, once it is durable. */
export function changeEntry<S extends StoreShape>(parts: ChangeParts<S>): Entry {
  const { draft, changes, at, format, bodies, tables } = parts;
  return {
    at,
    changes: draft.changeTexts(),
    eventTexts: draft.events.map((event) => JSON.stringify(event)),
    events: draft.events.map((event) => ({ ...event, at })),
    wantsPlace: [...changes.keys()].some((name) => bodies.has(name)),
    apply: (place) => {
      for (const [name, rows] of changes) {
        const kept = place === undefined ? undefined : bodies.get(name);
        if (kept !== undefined && place !== undefined) {
          for (const id of rows.keys()) kept.set(id, { kind: 'journal', format, ...place });
        }
        tables.get(name)?.commit(rows);
      }
    },
    settle: (error) => parts.settle(error),
  };
}
