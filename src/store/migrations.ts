/**
 * Steps from one format to the next, from format 1. The journal is never rewritten (its chain would break), so a step
 * changes rows as they are read, from snapshots and from records of older segments; the next snapshot is in the new format.
 */
import { wordFor } from '../kernel/foreign.ts';
import { McptuiError } from '../kernel/errors.ts';
import type { JsonObject } from '../kernel/json.ts';
import { failuresAsFacts } from './schema/failures-as-facts.ts';

export interface Migration {
  /** The format it leads to, from the one before; 2 or more, without gaps. */
  readonly to: number;
  /** What it changes, in one sentence. */
  readonly describe: string;
  /** The row in the new format. */
  row(collection: string, row: JsonObject): JsonObject;
}

/** In order. */
export const migrations: readonly Migration[] = [failuresAsFacts];

/** The format that a program with these steps writes; the first one is 1. */
export const formatOf = (steps: readonly Migration[]): number => steps.at(-1)?.to ?? 1;

/** @throws McptuiError `unavailable` when the file is of a newer program */
export function checkFormat(file: string, format: unknown, known: number): number {
  if (typeof format === 'number' && Number.isInteger(format) && format >= 1 && format <= known) return format;
  throw new McptuiError(
    'unavailable',
    `${file} has format ${wordFor(format)}; this mcptui knows formats up to ${known}`,
    {
      hint: 'start the newer mcptui that wrote it; nothing was changed',
    },
  );
}

/** The row of format `from` as the current program wants it. */
export function migrateRow(collection: string, row: JsonObject, from: number, steps: readonly Migration[]): JsonObject {
  return steps.filter((step) => step.to > from).reduce((current, step) => step.row(collection, current), row);
}
