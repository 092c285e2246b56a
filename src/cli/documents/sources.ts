/** Reads documents from files, folders or stdin: YAML or JSON, many in a file, each with the place of every field of it. */
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LineCounter, parseAllDocuments, type Document as YamlDocument } from 'yaml';
import { documentFaults, type DocumentFault } from '../../engine/apply/documents.ts';
import { MAX_DOCUMENTS, type GivenDocument } from '../../engine/apply/types.ts';
import { append } from '../../kernel/append.ts';
import { McptuiError, messageOf } from '../../kernel/errors.ts';
import { readInput } from '../content/text-file.ts';

/** A document and where it stands. */
export interface Sourced {
  readonly document: GivenDocument;
  /** `servers.yaml:12`. */
  readonly at: string;
}

/** Faults that are told, at most: who mends twenty runs it again. */
const MAX_FAULTS = 20;
const MAX_FILES = 2_000;
/** Aliases may make a small text large. */
const MAX_ALIASES = 100;
const EXTENSIONS = /\.(?:ya?ml|json)$/;

/** `names`: files, folders and `-`. @throws McptuiError `invalid` with `FILE:LINE:COLUMN` of everything that is wrong */
export async function readDocuments(names: readonly string[], isDeep: boolean): Promise<readonly Sourced[]> {
  const all: Sourced[] = [];
  const faults: string[] = [];
  for (const file of await filesOf(names, isDeep)) {
    const read = documentsIn(file === '-' ? 'stdin' : file, await readInput(file));
    append(all, read.documents);
    append(faults, read.faults);
    if (all.length > MAX_DOCUMENTS) {
      throw new McptuiError('invalid', `there are over ${MAX_DOCUMENTS} documents`, { hint: 'apply them by folder' });
    }
  }
  if (faults.length > 0) throw faultError(faults);
  if (all.length === 0) throw new McptuiError('invalid', `no document in ${names.join(', ')}`);
  return all;
}

function faultError(faults: readonly string[]): McptuiError {
  const shown = faults.slice(0, MAX_FAULTS);
  const more = faults.length > MAX_FAULTS ? [`and ${faults.length - MAX_FAULTS} more`] : [];
  return new McptuiError('invalid', [...shown, ...more].join('\n'), {
    hint: 'nothing was applied; mcptui schema KIND lists the fields',
  });
}

async function filesOf(names: readonly string[], isDeep: boolean): Promise<readonly string[]> {
  const files: string[] = [];
  for (const name of names) {
    const info = name === '-' ? undefined : await stat(name).catch(() => undefined);
    if (info?.isDirectory() === true) await addFolder(name, isDeep, files);
    else files.push(name);
  }
  return files;
}

async function addFolder(folder: string, isDeep: boolean, files: string[]): Promise<void> {
  const names: string[] = [];
  const folders: string[] = [];
  // A link to a folder is not followed: it could lead back here.
  for await (const entry of await opendir(folder)) {
    if (entry.isDirectory()) folders.push(entry.name);
    else if (EXTENSIONS.test(entry.name)) names.push(entry.name);
  }
  for (const name of names.toSorted(byName)) files.push(join(folder, name));
  if (files.length > MAX_FILES) throw new McptuiError('invalid', `${folder} holds over ${MAX_FILES} files`);
  if (!isDeep) return;
  for (const name of folders.toSorted(byName)) {
    if (!name.startsWith('.')) await addFolder(join(folder, name), isDeep, files);
  }
}

const byName = (a: string, b: string): number => (a < b ? -1 : 1);

/** JSON is YAML; a list of documents is as many. */
export function documentsIn(
  name: string,
  text: string,
): { readonly documents: readonly Sourced[]; readonly faults: readonly string[] } {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, logLevel: 'silent' });
  const documents: Sourced[] = [];
  const faults: string[] = [];
  for (const yaml of Array.isArray(parsed) ? parsed : []) {
    const place = (path: readonly (string | number)[]): string => `${name}:${placeOf(yaml, path, lines)}`;
    const broken = yaml.errors[0];
    if (broken !== undefined) {
      const { line = 1, col = 1 } = broken.linePos?.[0] ?? {};
      const [message = ''] = broken.message.split(/ at line |\n/, 1);
      faults.push(`${name}:${line}:${col}: ${message}`);
      continue;
    }
    const value = valueOf(yaml, place, faults);
    if (value === undefined || value === null) continue;
    for (const [index, one] of (Array.isArray(value) ? value : [value]).entries()) {
      const before = Array.isArray(value) ? [index] : [];
      const own = documentFaults(one);
      append(
        faults,
        own.map(({ path, message }: DocumentFault) => `${place([...before, ...path])}: ${fieldWords(path)}${message}`),
      );
      if (own.length > 0) continue;
      const [line] = placeOf(yaml, before, lines).split(':');
      documents.push({ document: one as GivenDocument, at: `${name}:${line}` });
    }
  }
  return { documents, faults };
}

function valueOf(yaml: YamlDocument, place: (path: readonly string[]) => string, faults: string[]): unknown {
  try {
    return yaml.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    faults.push(`${place([])}: ${messageOf(error)}`);
    return undefined;
  }
}

function fieldWords(path: readonly (string | number)[]): string {
  return path.length === 0 ? '' : `${path.join('.')}: `;
}

/** `12:5`: where a field stands, or what is nearest above it. */
function placeOf(yaml: YamlDocument, path: readonly (string | number)[], lines: LineCounter): string {
  for (let length = path.length; length >= 0; length -= 1) {
    const range = rangeOf(yaml, path.slice(0, length));
    if (range === undefined) continue;
    const { line, col } = lines.linePos(range);
    return `${line}:${col}`;
  }
  return '1:1';
}

function rangeOf(yaml: YamlDocument, path: readonly (string | number)[]): number | undefined {
  if (path.length === 0) return (yaml.contents as { readonly range?: readonly number[] } | null)?.range?.[0];
  const parent: unknown = yaml.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  const items = (parent as { readonly items?: readonly unknown[] } | undefined)?.items ?? [];
  if (typeof last === 'number') return (items[last] as { readonly range?: readonly number[] } | undefined)?.range?.[0];
  for (const item of items) {
    const { key } = item as { readonly key?: { readonly value?: unknown; readonly range?: readonly number[] } };
    if (key?.value === last) return key?.range?.[0];
  }
  return undefined;
}
