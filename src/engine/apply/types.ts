/** Describes documents that are applied, and what came of each. */
import * as z from 'zod';
import type { Fields } from './fields.ts';
import { documentKinds, type DocumentKind } from './kind-names.ts';

/** Documents of one request. */
export const MAX_DOCUMENTS = 2_000;

/** What somebody selects by: `team: shop`. */
export const labelsSchema = z.record(
  z.string().regex(/^[A-Za-z0-9][\w./-]{0,62}$/, 'use letters, digits, _ . - and /'),
  z.string().regex(/^[\w./-]{0,63}$/, 'use letters, digits, _ . - and /'),
);
export type Labels = z.infer<typeof labelsSchema>;

export const managerSchema = z.string().regex(/^[A-Za-z0-9][\w.:@-]{0,63}$/, 'use letters, digits, _ . : @ and -');

export const API_VERSION = 'mcptui/v1';

/** The frame of every document; what is in `metadata` and `spec` the kind judges. */
export const documentSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION).optional(),
  kind: z.enum(documentKinds),
  metadata: z.looseObject({ labels: labelsSchema.optional() }).optional(),
  spec: z.record(z.string(), z.json()).optional(),
});
export type GivenDocument = Readonly<z.output<typeof documentSchema>>;

export const applyOptions = z.strictObject({
  /** In whose name fields are owned; `apply` unless told. */
  manager: managerSchema.exactOptional(),
  /** Conflicts are decided for this document. */
  force: z.boolean().exactOptional(),
});
export type ApplyOptions = Readonly<z.output<typeof applyOptions>>;

export const exportQuery = z.strictObject({
  kinds: z.array(z.enum(documentKinds)).readonly().exactOptional(),
  /** Of one name, or reference. */
  name: z.string().exactOptional(),
  project: z.string().exactOptional(),
  /** All of these; "" = of any value. */
  labels: z.record(z.string(), z.string()).exactOptional(),
  /** Only what was applied in this name. */
  manager: managerSchema.exactOptional(),
});
export type ExportQuery = Readonly<z.output<typeof exportQuery>>;

export type ApplyAction = 'created' | 'changed' | 'unchanged' | 'conflict' | 'refused';

export interface FieldConflict {
  /** `env.LEVEL`. */
  readonly field: string;
  /** `web-team`, or who changed it by hand: `operator:ann`. */
  readonly owner: string;
  readonly byHand: boolean;
}

/** What came of a document, in the order of those that were given. */
export interface AppliedDocument {
  readonly kind: DocumentKind;
  /** `gitea`, `project:ops/deploy-rules`, `reviewer/careful`. */
  readonly ref: string;
  readonly action: ApplyAction;
  /** Fields with another value. */
  readonly fields: readonly string[];
  readonly conflicts?: readonly FieldConflict[];
  /** Why it was refused. */
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
  /** Of a plan: as it is and as it would be, values that look like secrets left out. */
  readonly before?: Fields;
  readonly after?: Fields;
}

export interface ExportedDocument {
  readonly kind: DocumentKind;
  readonly ref: string;
  readonly document: Fields;
  /** Fields whose value is left out because it looks like a secret. */
  readonly leftOut: readonly string[];
}
