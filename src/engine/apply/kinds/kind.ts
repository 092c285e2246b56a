/**
 * Describes what a kind of document knows: where its resources are, and which command makes or changes one. A document is
 * handled flat here: the members of its metadata and those of its spec.
 */
import type * as z from 'zod';
import { wordFor } from '../../../kernel/foreign.ts';
import type { Shape } from '../../../store/schema/index.ts';
import type { Database, Transaction } from '../../../store/types.ts';
import type { CommandName } from '../../commands/table/index.ts';
import type { Fields } from '../fields.ts';
import type { DocumentKind } from '../kind-names.ts';

export type Reads = Pick<Database<Shape>, 'collection'> | Transaction<Shape>;

/** A command as somebody would call it by hand. */
export interface Call {
  readonly name: CommandName;
  readonly args: readonly unknown[];
}

/** A resource that is there. */
export interface Found {
  readonly ref: string;
  /** Another one after each change of it. */
  readonly version: number;
  /** All of it, with its name and place, values that look like secrets included. */
  readonly fields: Fields;
  /** What may be shown of it; values that are not shown and differ from `other` are marked. */
  readonly shown: (other?: Found) => Fields;
}

export interface Kind {
  readonly noun: DocumentKind;
  /** How it is called and where it is; `labels` are of every kind. */
  readonly metadata: z.ZodObject;
  readonly spec: z.ZodObject;
  /** How it is called; of one that is there or not. */
  readonly ref: (document: Fields) => string;
  readonly find: (from: Reads, document: Fields) => Found | undefined;
  /** All but what is built in. */
  readonly all: (from: Reads) => readonly Found[];
  /** What fields are that nobody has named. */
  readonly defaults: (document: Fields) => Fields;
  readonly create: (document: Fields, note: string) => Call;
  readonly replace: (document: Fields, found: Found, note: string) => Call;
  readonly remove: (ref: string) => Call;
}

/** What its metadata calls it; their schema says that there is a name. */
export function nameOf(document: Fields): string {
  return wordFor(document['name']);
}
