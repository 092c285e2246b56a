/** Reads and edits entries of clients' files, whatever their format; an edit that would change anything else is refused. */
import { isDeepStrictEqual } from 'node:util';
import { McptuiError } from '../../kernel/errors.ts';
import {
  FormatFault,
  isObject,
  positionOf,
  type Entry,
  type FileFormat,
  type Place,
  type Put,
  type Trace,
} from './format.ts';

export type { Entry, Place, Put, Trace } from './format.ts';
export type FormatName = 'jsonc' | 'toml' | 'yaml';

/** Longer files are no settings. */
export const MAX_FILE_BYTES = 8 * 1024 * 1024;
/** More servers are nobody's. */
export const MAX_ENTRIES = 1_000;

const BOM = '\uFEFF';

/** One client's file in memory. Its own module for each format, so that only what is needed loads. */
export class EntryFile {
  readonly #format: FileFormat;
  readonly #name: string;
  readonly #place: Place;

  private constructor(format: FileFormat, name: string, place: Place) {
    this.#format = format;
    this.#name = name;
    this.#place = place;
  }

  /** `name` is the file's, for messages. */
  static async of(format: FormatName, name: string, place: Place): Promise<EntryFile> {
    const formats = {
      jsonc: async () => (await import('./jsonc.ts')).jsonc,
      toml: async () => (await import('./toml.ts')).toml,
      yaml: async () => (await import('./yaml.ts')).yaml,
    };
    return new EntryFile(await formats[format](), name, place);
  }

  /** The whole document as plain values. @throws McptuiError `invalid` with file, line and column */
  value(text: string): unknown {
    const { body } = split(text);
    return this.#guarded(body, () => this.#format.parse(body));
  }

  /** @throws McptuiError `invalid` with file, line and column */
  entries(text: string): readonly Entry[] {
    return this.#entriesOf(this.value(text));
  }

  /** Puts an entry in, or replaces it. @throws McptuiError `invalid` when it cannot be done without touching the rest */
  put(text: string, name: string, value: unknown): Put {
    const { mark, body } = split(text);
    return this.#guarded(body, () => {
      const { shape } = this.#place;
      const put = this.#format.put(body, this.#place, name, value);
      const wanted = shape === 'array' && isObject(value) ? { name, ...value } : value;
      this.#compare(body, put.text, name, wanted);
      return { ...put, text: mark + put.text };
    });
  }

  /** Takes an entry out; the same text when there is none. @throws McptuiError `invalid`, as `put` does */
  take(text: string, name: string, trace?: Trace): string {
    const { mark, body } = split(text);
    return this.#guarded(body, () => {
      const after = this.#format.take(body, this.#place, name, trace);
      this.#compare(body, after, name, undefined);
      return mark + after;
    });
  }

  /** Exactly the one entry differs. */
  #compare(before: string, after: string, name: string, value: unknown): void {
    const [old, fresh] = [this.#format.parse(before), this.#format.parse(after)];
    const [oldRest, freshRest] = [this.#restOf(old, name), this.#restOf(fresh, name)];
    const now = this.#entriesOf(fresh).find((entry) => entry.name === name)?.value;
    if (isDeepStrictEqual(oldRest, freshRest) && isDeepStrictEqual(normal(now), normal(value))) return;
    throw new McptuiError('invalid', `${this.#name}: this entry cannot be changed without touching the rest`, {
      hint: `edit it by hand, under ${this.#place.path.join('.')}`,
    });
  }

  /** The document without the entry, and without keys that hold nothing else. */
  #restOf(value: unknown, name: string): unknown {
    const { path, shape } = this.#place;
    const prune = (held: unknown, keys: readonly string[]): unknown => {
      const [key, ...rest] = keys;
      if (key === undefined) {
        if (shape === 'array') {
          const left = Array.isArray(held) ? held.filter((item) => !isObject(item) || item['name'] !== name) : held;
          return isEmpty(left) ? undefined : left;
        }
        if (!isObject(held)) return held ?? undefined;
        const left = Object.fromEntries(Object.entries(held).filter(([own]) => own !== name));
        return isEmpty(left) ? undefined : left;
      }
      if (!isObject(held)) return held ?? undefined;
      const members = Object.entries(held).flatMap(([own, item]) => {
        const left = own === key ? prune(item, rest) : item;
        return left === undefined ? [] : [[own, left] as const];
      });
      return members.length === 0 ? undefined : members;
    };
    return normal(prune(value, path));
  }

  #entriesOf(value: unknown): readonly Entry[] {
    const { path, shape } = this.#place;
    let held: unknown = value;
    for (const key of path) {
      if (held === undefined || held === null) break;
      if (!isObject(held)) throw this.#odd(key);
      held = Object.hasOwn(held, key) ? held[key] : undefined;
    }
    if (held === undefined || held === null) return [];
    const found = shape === 'array' ? listed(held) : isObject(held) ? Object.entries(held) : undefined;
    if (found === undefined) throw this.#odd(path.at(-1) ?? '');
    if (found.length > MAX_ENTRIES) {
      throw new McptuiError('invalid', `${this.#name}: ${found.length} entries, at most ${MAX_ENTRIES} are read`);
    }
    return found.map(([name, own]) => ({ name, value: own }));
  }

  #odd(key: string): McptuiError {
    return new McptuiError('invalid', `${this.#name}: "${key}" does not hold servers`);
  }

  #guarded<T>(text: string, work: () => T): T {
    if (text.length > MAX_FILE_BYTES) {
      const most = MAX_FILE_BYTES / 1024 / 1024;
      throw new McptuiError('invalid', `${this.#name} is over ${most} MiB: no settings are so long`);
    }
    try {
      return work();
    } catch (error) {
      if (!(error instanceof FormatFault)) throw error;
      const { line, column } = positionOf(text, error.offset);
      throw new McptuiError('invalid', `${this.#name}:${line}:${column}: ${error.message}`, {
        hint: 'nothing was changed; mend the file first',
        cause: error,
      });
    }
  }
}

function split(text: string): { readonly mark: string; readonly body: string } {
  return text.startsWith(BOM) ? { mark: BOM, body: text.slice(1) } : { mark: '', body: text };
}

const isEmpty = (value: unknown): boolean =>
  Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;

/** Items of a list that have no name cannot be named. */
function listed(value: unknown): (readonly [string, unknown])[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((item: unknown) =>
    isObject(item) && typeof item['name'] === 'string' ? [[item['name'], item] as const] : [],
  );
}

/** Objects of the parsers have no common prototype. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (!isObject(value) || value instanceof Date) return value;
  return Object.entries(value).map(([key, item]) => [key, normal(item)]);
}
