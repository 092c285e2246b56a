/** Keeps, for each field of the prompts, which of them have a term: what is asked for is looked up, not compared. */
import type { Candidate } from './types.ts';
import { phraseOf, termsOf } from './words.ts';

/** Chapters of one prompt whose titles are looked at. */
const MAX_CHAPTERS = 64;

export type TermField = 'tag' | 'tag word' | 'server' | 'action' | 'project' | 'name' | 'summary' | 'chapter';
type Terms = Readonly<Record<TermField, readonly string[]>>;

/** How often a word counts that stands there once, where free words are looked for. */
const TIMES: Readonly<Partial<Record<TermField, number>>> = { name: 3, 'tag word': 3, summary: 2, chapter: 1 };

/** Those that have a word, ascending, and how often it counts in each. */
export interface WordPosting {
  readonly numbers: readonly number[];
  readonly times: readonly number[];
}

const NONE: readonly number[] = [];
const read = new WeakMap<Candidate, Terms>();

/** A candidate that is the same object is split into terms once. */
function termsIn(candidate: Candidate): Terms {
  let terms = read.get(candidate);
  if (terms !== undefined) return terms;
  const { name, tags, project, servers, actions, summary, chapters } = candidate;
  terms = {
    tag: tags.map(phraseOf),
    'tag word': tags.flatMap(termsOf),
    server: servers.map(phraseOf),
    action: actions.map(phraseOf),
    project: project === undefined ? [] : [phraseOf(project)],
    name: termsOf(name),
    summary: termsOf(summary),
    chapter: chapters.slice(0, MAX_CHAPTERS).flatMap(termsOf),
  };
  read.set(candidate, terms);
  return terms;
}

export class Postings {
  readonly #fields = new Map<TermField, Map<string, number[]>>();
  readonly #words = new Map<string, { readonly numbers: number[]; readonly times: number[] }>();
  /** Sums of what words count, by number: the length of a text. */
  readonly lengths: Float64Array;

  constructor(candidates: readonly Candidate[]) {
    this.lengths = new Float64Array(candidates.length);
    for (const [number, candidate] of candidates.entries()) {
      for (const [field, terms] of Object.entries(termsIn(candidate)) as [TermField, readonly string[]][]) {
        for (const term of terms) if (term !== '') this.#put(field, term, number);
      }
    }
  }

  /** Numbers of the candidates that have the term in the field, ascending, each once. */
  of(field: TermField, term: string): readonly number[] {
    return this.#fields.get(field)?.get(term) ?? NONE;
  }

  word(term: string): WordPosting | undefined {
    return this.#words.get(term);
  }

  #put(field: TermField, term: string, number: number): void {
    let postings = this.#fields.get(field);
    if (postings === undefined) this.#fields.set(field, (postings = new Map()));
    const known = postings.get(term);
    if (known === undefined) postings.set(term, [number]);
    // Numbers come in ascending order, so one that is there already is at the end.
    else if (known.at(-1) !== number) known.push(number);
    const times = TIMES[field];
    if (times !== undefined) this.#count(term, number, times);
  }

  #count(term: string, number: number, times: number): void {
    this.lengths[number] = (this.lengths[number] ?? 0) + times;
    const word = this.#words.get(term);
    if (word === undefined) this.#words.set(term, { numbers: [number], times: [times] });
    else if (word.numbers.at(-1) === number) word.times.push((word.times.pop() ?? 0) + times);
    else {
      word.numbers.push(number);
      word.times.push(times);
    }
  }
}

/** Whether the ascending list has the number. */
export function includes(list: readonly number[], number: number): boolean {
  let [low, high] = [0, list.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = list[middle] as number;
    if (found === number) return true;
    if (found < number) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
