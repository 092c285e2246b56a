/** Judges documents, and writes resources as such. Pure. */
import { McptuiError } from '../../kernel/errors.ts';
import { cutText, wordFor } from '../../kernel/foreign.ts';
import { nearest } from '../../kernel/nearest.ts';
import { isFields, without, type Fields } from './fields.ts';
import { kinds, orderOf } from './kinds/index.ts';
import type { Found, Kind } from './kinds/kind.ts';
import { documentKinds, type DocumentKind } from './kind-names.ts';
import { API_VERSION, documentSchema, labelsSchema, type Labels } from './types.ts';

/** What a document says, once it is judged. */
export interface Document {
  readonly kind: Kind;
  readonly ref: string;
  readonly labels: Labels;
  /** Members of metadata and of spec, as they were given. */
  readonly fields: Fields;
}

/** What is wrong, and where in the document. */
export interface DocumentFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/** @throws McptuiError `invalid` naming every field at fault */
export function readDocument(value: unknown): Document {
  const faults = documentFaults(value);
  const [first] = faults;
  if (first !== undefined) {
    const said = faults.slice(0, 5).map(({ path, message }) => `${path.join('.') || 'document'}: ${message}`);
    throw new McptuiError('invalid', `${titleOf(value)}: ${said.join('; ')}`, {
      hint: 'mcptui schema KIND lists the fields',
    });
  }
  const {
    kind: noun,
    metadata = {},
    spec = {},
  } = value as {
    readonly kind: DocumentKind;
    readonly metadata?: Fields & { readonly labels?: Labels };
    readonly spec?: Fields;
  };
  const { labels = {}, ...place } = metadata;
  const fields = { ...place, ...withoutNull(spec) };
  const kind = kinds[noun];
  return { kind, ref: kind.ref(fields), labels, fields };
}

/** `server gitea`, for people, as far as it says. */
export function titleOf(value: unknown): string {
  if (!isFields(value)) return 'a document';
  const metadata = isFields(value['metadata']) ? value['metadata'] : {};
  return cutText(`${wordFor(value['kind'])} ${wordFor(metadata['name'])}`, 128);
}

/** Empty = it can be applied, as far as its form goes. */
export function documentFaults(value: unknown): readonly DocumentFault[] {
  if (!isFields(value)) return [{ path: [], message: 'is not a list of `field: value`' }];
  const frame = documentSchema.safeParse(value);
  const noun = documentKinds.find((one) => one === value['kind']);
  if (noun === undefined) return [{ path: ['kind'], message: kindWords(value['kind']) }];
  if (!frame.success) return faultsIn(frame.error.issues, [], Object.keys(documentSchema.shape));
  const { metadata, spec } = kinds[noun];
  const given: Fields = isFields(value['metadata']) ? value['metadata'] : {};
  const asked = metadata.safeParse(without(given, ['labels']));
  const judged = spec.safeParse(withoutNull(isFields(value['spec']) ? value['spec'] : {}));
  return [
    ...(asked.success ? [] : faultsIn(asked.error.issues, ['metadata'], [...Object.keys(metadata.shape), 'labels'])),
    ...(judged.success ? [] : faultsIn(judged.error.issues, ['spec'], Object.keys(spec.shape))),
  ];
}

/** As somebody would write it; `fields`: what may be shown. */
export function framed(kind: Kind, fields: Fields, labels: Labels): Fields {
  const place = Object.keys(kind.metadata.shape).filter((name) => fields[name] !== undefined);
  const metadata = {
    ...Object.fromEntries(place.map((name) => [name, fields[name]])),
    ...(Object.keys(labels).length === 0 ? {} : { labels: labelsSchema.parse(labels) }),
  };
  return {
    apiVersion: API_VERSION,
    kind: kind.noun,
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    spec: without(fields, place),
  };
}

export function framedOf(kind: Kind, found: Found, labels: Labels, other?: Found): Fields {
  return framed(kind, found.shown(other), labels);
}

/** Those that others need come first; else as they were given. */
export function inOrder<T extends { readonly kind: Kind }>(documents: readonly T[]): readonly T[] {
  return documents
    .map((one, index) => ({ one, index }))
    .toSorted((a, b) => orderOf(a.one.kind.noun) - orderOf(b.one.kind.noun) || a.index - b.index)
    .map(({ one }) => one);
}

/** An empty field in YAML is null: it was left out. A personality that is taken away is the exception. */
function withoutNull(spec: Fields): Fields {
  return Object.fromEntries(
    Object.entries(spec).filter(([name, value]) => value !== null || name === 'defaultPersonality'),
  );
}

function kindWords(kind: unknown): string {
  const all = `kinds: ${documentKinds.join(', ')}`;
  if (typeof kind !== 'string') return `says no kind; ${all}`;
  const meant = nearest(kind.toLowerCase(), documentKinds);
  return `there is no kind ${cutText(kind, 64)}${meant === undefined ? '' : `: did you mean ${meant}?`} (${all})`;
}

/** `known`: fields beside which an unknown one of the outermost object stands. */
function faultsIn(
  issues: readonly Issue[],
  before: readonly string[],
  known: readonly string[],
): readonly DocumentFault[] {
  return issues.flatMap((issue): readonly DocumentFault[] => {
    const path = [...before, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
    if (issue.code !== 'unrecognized_keys' || issue.keys === undefined) return [{ path, message: issue.message }];
    return issue.keys.map((key) => {
      const meant = issue.path.length === 0 ? nearest(key, known) : undefined;
      const hint =
        meant === undefined
          ? issue.path.length === 0
            ? `; fields: ${known.join(', ')}`
            : ''
          : `: did you mean ${meant}?`;
      return { path: [...path, key], message: `there is no field ${cutText(key, 64)}${hint}` };
    });
  });
}
