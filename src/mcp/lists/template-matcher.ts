/**
 * Tells whether a URI may be an expansion of a template (RFC 6570), loosely: what the variables may be is not looked at. All
 * ways to read the URI are followed at once, so that the time is the URI's length times the expressions, whatever stands in them.
 */

/** Longer templates match nothing, longer URIs match no template. */
export const MAX_URI_CHARS = 2_048;
/** Templates of more expressions match nothing. */
const MAX_EXPRESSIONS = 32;

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;

/** What an expression expands to: nothing, or a text without some characters, which may have to begin with one. */
interface Expression {
  readonly lead: string | undefined;
  readonly excluded: string;
}

const EXPRESSIONS: ReadonlyMap<string, Expression> = new Map([
  ['+', { lead: undefined, excluded: '' }],
  ['#', { lead: '#', excluded: '' }],
  ['/', { lead: '/', excluded: '?#' }],
  ['.', { lead: '.', excluded: '/?#' }],
  [';', { lead: ';', excluded: '/?#' }],
  ['?', { lead: '?', excluded: '#' }],
  ['&', { lead: '&', excluded: '#' }],
]);
const SIMPLE: Expression = { lead: undefined, excluded: '/?#' };

interface Piece {
  readonly expression: Expression;
  readonly literal: string;
}

export class TemplateMatcher {
  readonly #first: string;
  /** Each expression with the text that follows it. */
  readonly #rest: readonly Piece[];

  private constructor(first: string, rest: readonly Piece[]) {
    this.#first = first;
    this.#rest = rest;
  }

  /** Undefined for a template that is not well formed, too long, or has no scheme of its own: it would claim every URI. */
  static of(template: string): TemplateMatcher | undefined {
    if (template.length > MAX_URI_CHARS || !SCHEME.test(template)) return undefined;
    const [first = '', ...pieces] = template.split('{');
    if (first.includes('}') || pieces.length > MAX_EXPRESSIONS) return undefined;
    const rest = pieces.map((piece) => {
      const [body = '', literal, more] = piece.split('}', 3);
      const operator = EXPRESSIONS.get(body.charAt(0));
      const isGood = literal !== undefined && more === undefined && body.length > (operator === undefined ? 0 : 1);
      return isGood ? { expression: operator ?? SIMPLE, literal } : undefined;
    });
    const good = rest.filter((one) => one !== undefined);
    return good.length === rest.length ? new TemplateMatcher(first, good) : undefined;
  }

  /** Whether it is worth a look, which costs next to nothing. */
  begins(uri: string): boolean {
    return uri.length <= MAX_URI_CHARS && uri.startsWith(this.#first);
  }

  /** Steps that a test takes. */
  cost(uri: string): number {
    return (uri.length + 1) * (this.#rest.length + 1);
  }

  test(uri: string): boolean {
    if (!this.begins(uri)) return false;
    /** By position: the template can have been read up to there. */
    let reached = new Uint8Array(uri.length + 1);
    reached[this.#first.length] = 1;
    for (const { expression, literal } of this.#rest) {
      const after = new Uint8Array(uri.length + 1);
      let isOpen = false;
      for (let at = 0; at <= uri.length; at += 1) {
        const before = uri.charAt(at - 1);
        if (isOpen && expression.excluded.includes(before)) isOpen = false;
        if (expression.lead === undefined) isOpen ||= reached[at] === 1;
        else isOpen ||= at > 0 && reached[at - 1] === 1 && before === expression.lead;
        if ((isOpen || reached[at] === 1) && uri.startsWith(literal, at)) after[at + literal.length] = 1;
      }
      reached = after;
    }
    return reached[uri.length] === 1;
  }
}
