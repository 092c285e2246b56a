/** Reads the text of the file of settings: its values with their places, and what is wrong with it, with line and column. Pure. */
import type { Document, Node, Pair, YAMLMap } from 'yaml';
import { positionOf } from '../../clients/formats/format.ts';
import { yaml } from '../../engine/content/front-matter.ts';
import { wordFor } from '../../kernel/foreign.ts';
import { nearest } from '../../kernel/nearest.ts';
import { groups, settingOf, settings } from './settings.ts';

export interface ConfigFault {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly words: string;
  readonly hint?: string | undefined;
}

export interface SetValue {
  readonly value: unknown;
  readonly line: number;
}

export interface ConfigDocument {
  /** By the setting's key; those that are as they have to be. */
  readonly values: ReadonlyMap<string, SetValue>;
  /** In the order of the file. While there are any, nothing in it counts. */
  readonly faults: readonly ConfigFault[];
}

/** What settings may not be found in, whatever is called so. */
const SECRETS = /token|ticket|secret|password|passphrase|headers|api_?key/i;

export function parseConfig(text: string): ConfigDocument {
  const reader = new Reader(text);
  reader.read();
  return { values: reader.values, faults: reader.faults.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

/** The place in the text of what a path leads to, or of the last of its keys that is there. */
export function placeOf(text: string, path: readonly string[]): { readonly line: number; readonly column: number } {
  return new Reader(text).placeOf(path);
}

class Reader {
  readonly values = new Map<string, SetValue>();
  readonly faults: ConfigFault[] = [];
  readonly #text: string;
  readonly #document: Document | undefined;

  constructor(text: string) {
    this.#text = text;
    try {
      this.#document = yaml().parseDocument(text, { prettyErrors: false, logLevel: 'error' });
    } catch {
      // Nested so deep that the parser gives up.
    }
  }

  read(): void {
    const document = this.#document;
    if (document === undefined) return this.#fault(0, 'it is nested too deep');
    const [error] = document.errors;
    if (error !== undefined) return this.#fault(error.pos[0], sentence(error.message));
    const root = document.contents;
    if (root === null || (yaml().isScalar(root) && root.value === null)) return;
    if (!yaml().isMap(root)) return this.#fault(startOf(root), 'it is not a list of `key: value`');
    this.#readMap(document, root, '');
  }

  placeOf(path: readonly string[]): { readonly line: number; readonly column: number } {
    let node: unknown = this.#document?.contents;
    let offset = 0;
    for (const key of path) {
      const pair = pairOf(node, key);
      if (pair !== undefined) {
        offset = startOf(pair.key);
        node = pair.value;
      } else if (yaml().isSeq(node) && yaml().isNode(node.items[Number(key)])) {
        node = node.items[Number(key)];
        offset = startOf(node);
      } else break;
    }
    return positionOf(this.#text, offset);
  }

  #readMap(document: Document, map: YAMLMap, above: string): void {
    for (const pair of map.items) {
      const name = nameOf(pair);
      const key = above === '' ? name : `${above}.${name}`;
      const at = startOf(pair.key);
      if (settingOf(key) !== undefined) this.#readValue(document, pair, key);
      else if (above === '' && groups.has(name)) {
        const isEmpty = pair.value === null || (yaml().isScalar(pair.value) && pair.value.value === null);
        if (yaml().isMap(pair.value)) this.#readMap(document, pair.value, name);
        else if (!isEmpty) this.#fault(startOf(pair.value), `${name} is not a map of settings`);
      } else this.#unknown(at, key, name);
    }
  }

  #readValue(document: Document, pair: Pair, key: string): void {
    const node = pair.value as Node | null;
    let value: unknown;
    try {
      value = node === null ? null : node.toJS(document, { maxAliasCount: 100 });
    } catch {
      return this.#fault(startOf(node), `${key}: its aliases stand for too much`);
    }
    const found = settingOf(key)?.kind.faults(value) ?? [];
    for (const { path, words } of found) {
      const at = this.placeOf([...key.split('.'), ...path]);
      this.faults.push({ ...at, words: `${[key, ...path].join('.')}: ${words}` });
    }
    if (found.length === 0) this.values.set(key, { value, line: positionOf(this.#text, startOf(pair.key)).line });
  }

  #unknown(at: number, key: string, name: string): void {
    if (SECRETS.test(name)) {
      return this.#fault(at, `${key}: no secrets in this file`, 'keep it with mcptui create secret, or in a variable');
    }
    const known = settings.map((setting) => setting.key);
    const meant = nearest(key, known) ?? known.find((one) => one.endsWith(`.${name}`));
    if (meant !== undefined) return this.#fault(at, `${key}: no such setting; did you mean ${meant}?`);
    this.#fault(at, `${key}: no such setting`, 'mcptui config get lists them');
  }

  #fault(offset: number, words: string, hint?: string): void {
    this.faults.push({ ...positionOf(this.#text, offset), words, ...(hint === undefined ? {} : { hint }) });
  }
}

function pairOf(node: unknown, key: string): Pair | undefined {
  if (!yaml().isMap(node)) return undefined;
  return node.items.find((pair) => nameOf(pair) === key);
}

function nameOf({ key }: Pair): string {
  return yaml().isScalar(key) ? wordFor(key.value) : '';
}

function startOf(node: unknown): number {
  return yaml().isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

function sentence(message: string): string {
  return `${message.slice(0, 1).toLowerCase()}${message.slice(1, 200)}`;
}
