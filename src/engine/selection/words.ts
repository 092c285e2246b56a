/** Splits text into normalised terms, in which tags, names and sentences are compared. Pure. */

/** Characters of one text that are read. */
const MAX_TEXT = 64 * 1024;
/** Characters of a term that are kept. */
const MAX_TERM = 64;
const MAX_TERMS = 8_192;

/** Words of English that tell no two texts apart. */
const STOP: ReadonlySet<string> = new Set(
  (
    'a about after all also an and any are as at be been before but by can could did do does down for from get had has ' +
    'have how i if in into is it its just let may me might more most must my no not now of off on once one only or other our out over ' +
    'own please shall should so some such than that the their them then there these they this those to too under up use used ' +
    'using very want was we were what when where which while who why will with would you your'
  ).split(' '),
);

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
/** Within `readFile`, `HTTPServer`, `v2Api`. */
const HUMP = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
/** Written without spaces between words. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u;
const ACCENTS = /[\u0300-\u036f]/g;

/** A word of a text. */
export interface Term {
  /** What is compared: lower case, without accents, its English ending cut off. */
  readonly term: string;
  /** As it stood, in lower case. */
  readonly word: string;
  /** It is there in parts as well: `readfile` beside `read` and `file`. */
  readonly isWhole: boolean;
}

/**
 * In the order of the text, repeated as there, without stop words. `readFile` gives `readfile`, `read` and `file`; a text
 * that puts no spaces between its words gives its pairs of characters.
 */
export function wordsOf(text: string): readonly Term[] {
  const terms: Term[] = [];
  for (const [found] of text.slice(0, MAX_TEXT).normalize('NFKC').matchAll(WORD)) {
    if (terms.length >= MAX_TERMS) break;
    const word = found.slice(0, MAX_TERM);
    const parts = UNSPACED.test(word) ? pairsOf(word) : word.split(HUMP);
    if (parts.length > 1 && !UNSPACED.test(word)) add(terms, word, true);
    for (const part of parts) add(terms, part, false);
  }
  return terms;
}

/** What is compared of `wordsOf`. */
export function termsOf(text: string): string[] {
  return wordsOf(text).map(({ term }) => term);
}

/** One text for tags that mean the same: `Code Review`, `code-reviews` and `codereview`. "" without a letter or digit. */
export function phraseOf(tag: string): string {
  const words = tag
    .slice(0, 4 * MAX_TERM)
    .normalize('NFKC')
    .matchAll(WORD);
  return Array.from(words, ([word]) =>
    word
      .split(HUMP)
      .map((part) => stem(folded(part)))
      .join(''),
  ).join('');
}

function add(terms: Term[], part: string, isWhole: boolean): void {
  const word = part.toLowerCase();
  const plain = folded(part);
  if (plain !== '' && !STOP.has(plain)) terms.push({ term: stem(plain), word, isWhole });
}

function folded(word: string): string {
  return word.toLowerCase().normalize('NFD').replace(ACCENTS, '').normalize('NFC');
}

function pairsOf(word: string): readonly string[] {
  const characters = Array.from(word);
  if (characters.length < 2) return characters;
  return characters.slice(1).map((character, before) => `${characters[before] ?? ''}${character}`);
}

/** Cuts off `-s`, `-es`, `-ed`, `-ing` and a last `e`, so that `deploys`, `deployed` and `deploying` are `deploy`. */
export function stem(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  const singular = withoutPlural(word);
  return withoutE(withoutVerbEnding(singular));
}

function withoutPlural(word: string): string {
  if (/(?:ss|us|is)$/.test(word)) return word;
  if (word.endsWith('ies')) return word.length > 4 ? `${word.slice(0, -3)}y` : word;
  if (/(?:sses|shes|ches|xes|zes)$/.test(word)) return word.slice(0, -2);
  return word.endsWith('s') ? word.slice(0, -1) : word;
}

function withoutVerbEnding(word: string): string {
  const bare = /^([a-z]{3,})(?:ing|ed)$/.exec(word)?.[1];
  if (bare === undefined || !/[aeiouy]/.test(bare) || word.endsWith('eed')) return word;
  // `logging` has one g of its own, `calling` two l.
  return /([bdfgmnprt])\1$/.test(bare) ? bare.slice(0, -1) : bare;
}

function withoutE(word: string): string {
  return word.length > 4 && word.endsWith('e') ? word.slice(0, -1) : word;
}
