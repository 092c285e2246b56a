/** Matches prompts to a task by rules: tags, servers, tools and words of names, summaries and chapters. Pure and deterministic. */
import { plainLine } from '../../kernel/one-line.ts';
import { bm25 } from './bm25.ts';
import { includes, Postings, type TermField } from './postings.ts';
import type { Asked, Candidate, Match, MatchField, Reason } from './types.ts';
import { phraseOf, wordsOf, type Term } from './words.ts';

/** Points of one match in a field, before priority counts. A tag of several words shares those of its words among them. */
export const WEIGHTS: Readonly<Record<MatchField, number>> = {
  /** The whole tag. */
  tag: 10,
  server: 6,
  action: 5,
  /** A word of a tag of several. */
  'tag word': 4,
  name: 4,
  project: 2,
  summary: 2,
  chapter: 1.5,
  /** What free words earn at most. */
  words: 8,
};

/** How much it counts by where it comes from: the name of a server or tool says less of a task than a tag that was chosen. */
const SOURCES = { tags: 1, servers: 0.75, actions: 0.5 } as const;
/** The score of BM25 at which free words earn half of their points. */
const HALF_SCORE = 3;
/** Characters of one tag that are looked at. */
const MAX_TAG = 256;
/** Tags, servers or actions that are looked at. */
const MAX_ASKED = 64;
/** Terms of all of these together, and of the free words, that are looked at: each may be in every prompt. */
const MAX_TERMS = 128;
const MAX_WORDS = 64;
/** Characters of a tag that are shown. */
const MAX_SHOWN = 64;
/** Matches that are returned. */
export const MAX_MATCHES = 128;

/** Prompts in the form in which they are matched: make one for each version of the contents. */
export class PromptIndex {
  readonly candidates: readonly Candidate[];
  readonly postings: Postings;

  constructor(candidates: readonly Candidate[]) {
    this.candidates = candidates;
    this.postings = new Postings(candidates);
  }
}

export interface MatchOptions {
  /** Lets through what the session may read. Default: all. */
  readonly among?: (candidate: Candidate) => boolean;
  /** Default and most: `MAX_MATCHES`. */
  readonly limit?: number;
}

/** The best matches, by score, then priority, then name; never those without a point. */
export function matchTags(asked: Asked, index: PromptIndex, options: MatchOptions = {}): readonly Match[] {
  const { among, limit = MAX_MATCHES } = options;
  const { candidates } = index;
  const hits = hitsOf(asked, index.postings);
  // Loops by number: those by entries take three times as long.
  const points = new Float64Array(candidates.length);
  for (const hit of hits) for (const number of hit.of) points[number] = (points[number] ?? 0) + hit.points;
  const words = eachOnce(wordsOf(asked.words ?? '')).slice(0, MAX_WORDS);
  const ofWords = bm25(words, index.postings);
  for (let number = 0; number < points.length; number += 1) {
    const ofNumber = wordPoints(ofWords[number] ?? 0);
    ofWords[number] = ofNumber;
    points[number] = (points[number] ?? 0) + ofNumber;
  }
  addProject(asked, index.postings, hits, points);
  const scores = scoresOf(points, candidates, among);
  return best(scores, candidates, Math.min(limit, MAX_MATCHES)).map(({ number, ref, score }) => {
    const why = hits.flatMap(({ of, ...reason }) => (includes(of, number) ? [reason] : []));
    const ofNumber = ofWords[number] ?? 0;
    if (ofNumber > 0) why.push({ field: 'words', term: wordsIn(words, index.postings, number), points: ofNumber });
    return { ref, score, why: why.toSorted((a, b) => b.points - a.points) };
  });
}

/** 0 for those that are not let through. */
function scoresOf(points: Float64Array, candidates: readonly Candidate[], among: MatchOptions['among']): Float64Array {
  const scores = new Float64Array(points.length);
  for (let number = 0; number < points.length; number += 1) {
    const sum = points[number] ?? 0;
    const candidate = candidates[number];
    if (sum === 0 || candidate === undefined || among?.(candidate) === false) continue;
    scores[number] = rounded(sum * candidate.priority);
  }
  return scores;
}

interface Scored extends Candidate {
  readonly number: number;
  readonly score: number;
}

/** Sorts no more rows than it has to: many prompts share a word. */
function best(scores: Float64Array, candidates: readonly Candidate[], limit: number): readonly Scored[] {
  if (limit < 1) return [];
  const least = Math.max(scores.toSorted().at(-limit) ?? 0, Number.MIN_VALUE);
  const rows: Scored[] = [];
  for (let number = 0; number < scores.length; number += 1) {
    const score = scores[number] ?? 0;
    if (score >= least) rows.push({ ...(candidates[number] as Candidate), number, score });
  }
  return rows.toSorted(inOrder).slice(0, limit);
}

const inOrder = (a: Scored, b: Scored): number =>
  b.score - a.score || b.priority - a.priority || compare(a.name, b.name) || compare(a.ref, b.ref);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
/** Ever more for a better score, and never all. */
const wordPoints = (score: number): number =>
  score === 0 ? 0 : rounded((WEIGHTS.words * score) / (score + HALF_SCORE));
const rounded = (points: number): number => Math.round(points * 100) / 100;

/** One term in one field, and the prompts that have it there. */
interface Hit extends Reason {
  /** Numbers, ascending. */
  readonly of: readonly number[];
}

function hitsOf(asked: Asked, postings: Postings): Hit[] {
  const hits: Hit[] = [];
  const add = (field: TermField, key: string, term: string, factor: number, but: readonly number[] = []): void => {
    const all = postings.of(field, key);
    const of = but.length === 0 ? all : all.filter((number) => !includes(but, number));
    const points = rounded(WEIGHTS[field] * factor);
    if (of.length > 0 && points > 0) hits.push({ field, term, points, of });
  };
  let left = MAX_TERMS;
  for (const source of ['tags', 'servers', 'actions'] as const) {
    const factor = SOURCES[source];
    for (const [phrase, text] of phrasesOf(asked[source] ?? [])) {
      const shown = plainLine(text, MAX_SHOWN);
      add('tag', phrase, shown, factor);
      // A server that was named as one is one for sure.
      add('server', phrase, shown, source === 'servers' ? 1 : factor);
      add('action', phrase, shown, source === 'actions' ? 1 : factor);
      if (source === 'tags') add('project', phrase, shown, factor);
      const words = eachOnce(wordsOf(text));
      const share = factor / words.filter(({ isWhole }) => !isWhole).length;
      for (const { term, word } of words.slice(0, left)) {
        add('tag word', term, word, share, postings.of('tag', phrase));
        for (const field of ['name', 'summary', 'chapter'] as const) add(field, term, word, share);
      }
      left = Math.max(0, left - words.length);
    }
  }
  return hits;
}

function eachOnce(words: readonly Term[]): readonly Term[] {
  const seen = new Set<string>();
  return words.filter(({ term }) => !seen.has(term) && seen.add(term));
}

/** Each once, by what it is normalised to. */
function phrasesOf(texts: readonly string[]): ReadonlyMap<string, string> {
  const phrases = new Map<string, string>();
  for (const whole of texts.slice(0, MAX_ASKED)) {
    const text = whole.slice(0, MAX_TAG);
    const phrase = phraseOf(text);
    if (phrase !== '' && !phrases.has(phrase)) phrases.set(phrase, text);
  }
  return phrases;
}

/** The session's own project decides between what matches; it makes no match by itself. */
function addProject({ project }: Asked, postings: Postings, hits: Hit[], points: Float64Array): void {
  if (project === undefined) return;
  const own = postings.of('project', phraseOf(project));
  // Unless a tag named it.
  const isAsked = hits.some(({ field, of }) => field === 'project' && of === own);
  const of = isAsked ? [] : own.filter((number) => (points[number] ?? 0) > 0);
  if (of.length > 0) hits.push({ field: 'project', term: project, points: WEIGHTS.project, of });
  for (const number of of) points[number] = (points[number] ?? 0) + WEIGHTS.project;
}

function wordsIn(words: readonly Term[], postings: Postings, number: number): string {
  const there = words.filter(({ term }) => includes(postings.word(term)?.numbers ?? [], number));
  return there.map(({ word }) => word).join(' ');
}
