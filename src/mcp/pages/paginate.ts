/** Cuts a long text into pages that an agent reads one by one, at the best places that there are. Pure; linear. */
import { tokensOf } from '../../kernel/tokens.ts';
import { bordersOf, type Borders } from './borders.ts';
import type { Page, Span } from './types.ts';

/** Fewer tokens than this hold no sentence. */
export const MIN_PAGE_TOKENS = 16;
/** Characters of a page for each of its tokens, at most: spaces cost none. */
const MAX_CHARACTERS_A_TOKEN = 16;
/** A page that has at least this part of what it may have is full enough. */
const FULL = 0.9;
/** A good place in this last part of a page is better than any before it; one before the first part is none. */
const LATE = 0.5;
const EARLY = 0.25;

/** Pages in order, which joined are the text; none of an empty one. `pageTokens` below `MIN_PAGE_TOKENS` counts as that. */
export function paginate(text: string, pageTokens: number): readonly Page[] {
  if (text === '') return [];
  const budget = pageTokens > MIN_PAGE_TOKENS ? Math.floor(pageTokens) : MIN_PAGE_TOKENS;
  const borders = bordersOf(text);
  const cutter = new Cutter(text, budget, borders);
  const pages: (Span & { readonly tokens: number })[] = [];
  for (let from = 0; from < text.length;) {
    const page = cutter.next(from);
    pages.push(page);
    from = page.to;
  }
  const titles = borders.titles(pages);
  return pages.map((page, at) => ({ ...page, title: titles[at] ?? `Page ${at + 1}` }));
}

class Cutter {
  readonly #text: string;
  readonly #budget: number;
  readonly #borders: Borders;
  /** The first border that is not before the page. */
  #border = 0;
  /** Of the page before, for a first guess. */
  #charactersAToken = 4;

  constructor(text: string, budget: number, borders: Borders) {
    this.#text = text;
    this.#budget = budget;
    this.#borders = borders;
  }

  next(from: number): Span & { readonly tokens: number } {
    let limit = this.#limit(from);
    for (;;) {
      const to = limit === this.#text.length ? limit : this.#place(from, limit);
      const tokens = this.#tokens(from, to);
      // A word that is cut may count for more than its part.
      if (tokens <= this.#budget || to - from <= 2) {
        this.#charactersAToken = Math.min(MAX_CHARACTERS_A_TOKEN, (to - from) / Math.max(1, tokens));
        return { from, to, tokens };
      }
      limit = from + Math.max(1, Math.floor((to - from) * FULL));
    }
  }

  #tokens(from: number, to: number): number {
    return tokensOf(this.#text.slice(from, to));
  }

  /** How far a page reaches that is almost full: an end that fits, found by guesses that come closer. */
  #limit(from: number): number {
    const end = Math.min(this.#text.length, from + this.#budget * MAX_CHARACTERS_A_TOKEN);
    let fits = from;
    let tooFar = end + 1;
    let guess = Math.min(end, from + Math.ceil(this.#budget * this.#charactersAToken));
    while (fits < end) {
      const tokens = this.#tokens(from, guess);
      if (tokens <= this.#budget) fits = guess;
      else tooFar = guess;
      if (fits === guess && tokens >= this.#budget * FULL) break;
      if (tooFar - fits <= Math.max(1, (tooFar - from) * (1 - FULL))) break;
      const wanted = from + Math.floor(((guess - from) * this.#budget * 0.96) / Math.max(1, tokens));
      const half = fits + Math.floor((tooFar - fits) / 2);
      // A guess outside of what is known, or at its very edge, comes no closer.
      const margin = Math.floor((tooFar - fits) / 10);
      guess = wanted > fits + margin && wanted < tooFar - margin ? wanted : half;
      guess = Math.min(end, Math.max(guess, from + 1));
    }
    return Math.max(fits, from + 1);
  }

  /** The best place to end a page that begins at `from` and must not reach beyond `limit`. */
  #place(from: number, limit: number): number {
    const { offsets, ranks } = this.#borders;
    while (this.#border < offsets.length && (offsets[this.#border] ?? 0) <= from) this.#border += 1;
    const [early, late] = [from + (limit - from) * EARLY, from + (limit - from) * LATE];
    let best: number | undefined;
    let bestRank = 0;
    for (let at = this.#border; at < offsets.length; at += 1) {
      const offset = offsets[at] ?? limit;
      if (offset > limit) break;
      if (offset < early) continue;
      const rank = ranks[at] ?? 0;
      // The last one of the best, and any one that is late rather than one that is early.
      if (best !== undefined && rank < bestRank && (best >= late || offset < late)) continue;
      best = offset;
      bestRank = rank;
    }
    return best ?? wordEnd(this.#text, from, limit);
  }
}

/** Behind a space or a sign in the last half, else where no character is cut in two. */
function wordEnd(text: string, from: number, limit: number): number {
  const least = from + (limit - from) * LATE;
  for (let at = limit; at > least; at -= 1) {
    if (' \t\n,;}]>'.includes(text.charAt(at - 1)) && !isJoined(text, at)) return at;
  }
  let at = limit;
  while (at > from + 1 && limit - at < MAX_JOINED && isJoined(text, at)) at -= 1;
  return isPairCut(text, at) ? (at - 1 > from ? at - 1 : at + 1) : at;
}

/** Characters that belong together: more are no word of any language. */
const MAX_JOINED = 32;

/** Whether a cut at `at` would part a pair of surrogates, a line end of two characters, or a letter from its marks. */
function isJoined(text: string, at: number): boolean {
  if (isPairCut(text, at)) return true;
  if (text.charAt(at) === '\n' && text.charAt(at - 1) === '\r') return true;
  return /^[\p{M}\u200d]/u.test(text.slice(at, at + 2)) || text.charAt(at - 1) === '\u200d';
}

function isPairCut(text: string, at: number): boolean {
  const [before, after] = [text.charCodeAt(at - 1), text.charCodeAt(at)];
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}
