/** Describes pages and sections of a long text, by where they begin and end in it. */

/** A part of a text: `text.slice(from, to)`, in UTF-16 units. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Page extends Span {
  /** One clean line of 1 to 80 characters: a heading, paths in JSON, or `Page 3`. */
  readonly title: string;
  /** Estimate (≈). */
  readonly tokens: number;
}

/** Its title: `Setup / Docker` of Markdown; `items[3].name`, or `items[0] to items[41]`, of JSON. It may be longer than a page. */
export interface Section extends Page {
  /** 1 = of the top. */
  readonly depth: number;
}

/** What a text was taken for. */
export type TextShape = 'markdown' | 'json' | 'plain';
