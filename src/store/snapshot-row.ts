/** Describes a row as a snapshot and a record of the journal keep it. */
import type { JsonObject } from '../kernel/json.ts';

export type SnapshotRow = JsonObject & { readonly id: string; readonly version: number };
