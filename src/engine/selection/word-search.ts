/** Finds texts by free words: BM25 over a few fields, the same answer for the same list. Pure. */
import { createRequire } from 'node:module';
import type * as MiniSearchModule from 'minisearch';
import type { Found } from './types.ts';
import { termsOf } from './words.ts';

type MiniSearch = MiniSearchModule.default<Document>;

interface Document {
  readonly id: number;
  readonly [field: string]: number | string;
}

const require = createRequire(import.meta.url);
let loaded: typeof MiniSearchModule.default | undefined;
/** Loaded at the first search: an engine that starts up for an agent's call needs none. */
function miniSearch(): typeof MiniSearchModule.default {
  return (loaded ??= require('minisearch') as typeof MiniSearchModule.default);
}

/** Terms of one query that are looked for. */
const MAX_QUERY_TERMS = 64;

/** A field of the items: its text, and how much a word in it counts. */
export interface SearchField<T> {
  readonly boost: number;
  /** The first 64 Ki characters are read. */
  readonly text: (item: T) => string;
}

export class WordSearch<T> {
  readonly #items: readonly T[];
  readonly #index: MiniSearch;

  constructor(items: readonly T[], fields: Readonly<Record<string, SearchField<T>>>) {
    this.#items = items;
    const names = Object.keys(fields);
    this.#index = new (miniSearch())<Document>({
      fields: names,
      tokenize: termsOf,
      processTerm: (term) => term,
      searchOptions: { boost: Object.fromEntries(names.map((name) => [name, fields[name]?.boost ?? 1])) },
    });
    this.#index.addAll(
      items.map((item, id) => ({
        id,
        ...Object.fromEntries(names.map((name) => [name, fields[name]?.text(item) ?? ''])),
      })),
    );
  }

  /** Best first, equal ones in the order of the items; those alone that `among` lets through. */
  search(query: string, limit: number, among: (item: T) => boolean = () => true): readonly Found<T>[] {
    const terms = [...new Set(termsOf(query))].slice(0, MAX_QUERY_TERMS);
    if (terms.length === 0 || limit < 1) return [];
    const options = { tokenize: () => terms, prefix: isPrefix, weights: { prefix: 0.3, fuzzy: 0 } };
    const results = this.#index.search(terms.join(' '), {
      ...options,
      filter: ({ id }) => among(this.#items[id as number] as T),
    });
    return results
      .toSorted((a, b) => b.score - a.score || (a.id as number) - (b.id as number))
      .slice(0, limit)
      .map(({ id, score, queryTerms }) => ({
        item: this.#items[id as number] as T,
        number: id as number,
        score,
        terms: queryTerms,
      }));
  }
}

/** The beginning of a word finds it: `config` finds `configuration`. */
const isPrefix = (term: string): boolean => term.length >= 4;
