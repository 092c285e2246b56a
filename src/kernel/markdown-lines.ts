/** Scans Markdown line by line for headings and kinds of blocks, in one pass over any text. Pure. */
import { plainLine } from './one-line.ts';

/** Characters of a heading that are kept. */
export const MAX_TITLE = 80;
/** Characters of a line that its kind is read from: a text of one long line costs no more. */
const LOOKED_AT = 1_024;

export type LineKind = 'heading' | 'prose' | 'list' | 'quote' | 'table' | 'code' | 'blank' | 'other';

export interface MarkdownLine {
  /** `other`: front matter, HTML, comments, rules. */
  readonly kind: LineKind;
  /** Where it begins, in UTF-16 units. */
  readonly start: number;
  /** Where the next one begins. */
  readonly end: number;
  /** Of a heading: 1 to 6, and its text, cleaned, 1 to `MAX_TITLE` characters. */
  readonly heading?: { readonly level: number; readonly title: string };
}

export interface Heading {
  readonly level: number;
  readonly title: string;
  /** From 1. */
  readonly line: number;
  /** Where its line begins, in UTF-16 units. */
  readonly offset: number;
}

/** In order; what looks like one in code, comments or front matter is none, and neither is an empty one. */
export function headingsOf(text: string): readonly Heading[] {
  const found: Heading[] = [];
  let line = 0;
  for (const { start, heading } of markdownLines(text)) {
    line += 1;
    if (heading !== undefined) found.push({ ...heading, line, offset: start });
  }
  return found;
}

/** At most `max` of them: too many leave out the deepest levels, and then the last ones. The first one always stays. */
export function fewerHeadings(headings: readonly Heading[], max: number): readonly Heading[] {
  let kept = headings;
  for (let level = 6; level > 1 && kept.length > max; level -= 1) {
    kept = kept.filter((heading, at) => at === 0 || heading.level < level);
  }
  return kept.slice(0, max);
}

/** Every line in order: the first begins at 0, each other one where the one before it ends. */
export function* markdownLines(text: string): Generator<MarkdownLine> {
  const scan = new Scan();
  const bodyStart = frontMatterEnd(text);
  // An underlined heading is known a line late.
  let held: MarkdownLine | undefined;
  let isParagraphOfOne = false;
  for (let start = 0; start < text.length;) {
    const lineEnd = text.indexOf('\n', start);
    const end = lineEnd < 0 ? text.length : lineEnd + 1;
    const shown = text.slice(start, Math.min(end, start + LOOKED_AT)).trimEnd();
    const level = held !== undefined && isParagraphOfOne ? underline(shown) : undefined;
    const title =
      held === undefined || level === undefined ? '' : plainLine(text.slice(held.start, held.end), MAX_TITLE);
    let line: MarkdownLine;
    if (held !== undefined && level !== undefined && title !== '') {
      yield { ...held, kind: 'heading', heading: { level, title } };
      line = { kind: 'other', start, end };
    } else {
      if (held !== undefined) yield held;
      line = { ...(start < bodyStart ? OTHER : scan.next(shown)), start, end };
    }
    // A paragraph of many lines over a rule is no heading here: a whole paragraph names nothing.
    isParagraphOfOne = line.kind === 'prose' && held?.kind !== 'prose';
    held = line;
    start = end;
  }
  if (held !== undefined) yield held;
}

type Kind = Pick<MarkdownLine, 'kind' | 'heading'>;
const OTHER: Kind = { kind: 'other' };
const CODE: Kind = { kind: 'code' };
const BLANK: Kind = { kind: 'blank' };

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const ATX = /^ {0,3}(#{1,6})(?=[ \t]|$)/;
const LIST = /^ {0,6}(?:[-*+]|\d{1,9}[.)])[ \t]/;
const HTML = /^ {0,3}<[!/?A-Za-z]/;
const INDENTED = /^(?: {4}| {0,3}\t)/;

/** Knows which block it is in. */
class Scan {
  /** Of the code block that is open. */
  #fence: string | undefined;
  #isComment = false;

  next(shown: string): Kind {
    const inner = shown.trim();
    if (this.#isComment) {
      this.#isComment = !inner.includes('-->');
      return OTHER;
    }
    const [first = ''] = inner;
    const fence = first === '`' || first === '~' ? FENCE.exec(shown)?.[1] : undefined;
    if (this.#fence !== undefined) {
      if (fence !== undefined && inner === fence && fence.startsWith(this.#fence)) this.#fence = undefined;
      return CODE;
    }
    // Backticks in what follows them are code within a line.
    if (fence !== undefined && !(fence.startsWith('`') && inner.includes('`', fence.length))) {
      this.#fence = fence;
      return CODE;
    }
    if (first === '') return BLANK;
    const marks = first === '#' ? ATX.exec(shown)?.[1] : undefined;
    if (marks === undefined) return this.#plain(shown, inner);
    const title = plainLine(withoutClosing(inner.slice(marks.length)), MAX_TITLE);
    return title === '' ? OTHER : { kind: 'heading', heading: { level: marks.length, title } };
  }

  #plain(shown: string, inner: string): Kind {
    if (isRule(inner)) return OTHER;
    if (LIST.test(shown)) return { kind: 'list' };
    if (INDENTED.test(shown)) return CODE;
    if (inner.startsWith('>')) return { kind: 'quote' };
    if (inner.startsWith('|')) return { kind: 'table' };
    if (!HTML.test(shown)) return { kind: 'prose' };
    this.#isComment = inner.startsWith('<!--') && !inner.includes('-->');
    return OTHER;
  }
}

/** Three or more of one of `-*_=`, and nothing else but spaces. */
function isRule(inner: string): boolean {
  const [mark = ''] = inner;
  if (!'-*_='.includes(mark)) return false;
  const marks = inner.replace(/[ \t]/g, '');
  return marks.length >= 3 && marks === mark.repeat(marks.length);
}

/** 1 for a line of `=`, 2 for one of `-`. */
function underline(shown: string): 1 | 2 | undefined {
  if (/^ {0,3}=+$/.test(shown)) return 1;
  return /^ {0,3}-+$/.test(shown) ? 2 : undefined;
}

/** `## Title ##` ends with marks that are not its own. */
function withoutClosing(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '#') end -= 1;
  return end === 0 || text[end - 1] === ' ' || text[end - 1] === '\t' ? text.slice(0, end) : text;
}

/** Where the text behind its front matter begins; 0 without one. A rule at the beginning opens none. */
function frontMatterEnd(text: string): number {
  const open = /^\uFEFF?---[ \t]*\r?\n(?=[A-Za-z_][\w.-]*:)/.exec(text.slice(0, LOOKED_AT));
  if (open === null) return 0;
  const close = /^---[ \t]*$/m.exec(
    text.slice(open[0].length, open[0].length + MAX_FRONT_MATTER).replaceAll('\r', ' '),
  );
  if (close === null) return 0;
  const end = text.indexOf('\n', open[0].length + close.index);
  return end < 0 ? text.length : end + 1;
}

/** In characters. */
const MAX_FRONT_MATTER = 16 * 1024;
