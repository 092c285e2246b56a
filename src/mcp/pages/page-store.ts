/** Describes where whole texts are kept while agents read them page by page. */
import type { Page, Span } from './types.ts';

/** `id` is 32 hex digits, the same for the same text. Of one that was refused the agent gets the whole answer at once. */
export type Kept =
  | { readonly kind: 'kept'; readonly id: string }
  /** `reason` names the folder or limit, for people. */
  | { readonly kind: 'refused'; readonly reason: string };

/** A text in bytes of which a part can be read by itself: one a character where that holds it, else two. */
export interface EncodedText {
  readonly encoding: 'latin1' | 'utf16le';
  readonly bytes: Uint8Array;
  /** In UTF-16 units. */
  readonly length: number;
  /** Of encoding and bytes: 32 hex digits. */
  readonly id: string;
}

/** What a model has made of a text. `told`: a hash of what it was told to do. */
export interface MadeOfText {
  /** Its pages have titles by a model. */
  readonly titles?: { readonly told: string };
  readonly summary?: { readonly told: string; readonly model: string; readonly text: string };
}

export interface KeptText {
  /** In UTF-16 units. */
  readonly length: number;
  readonly pages: readonly Page[];
  readonly made?: MadeOfText;
}

/** Texts by their hash, each project's apart; the oldest go when a project has more than it may. */
export interface PageStore {
  /** Never rejects. A text that is there becomes the newest, and gets these pages. */
  keep(project: string, text: string | EncodedText, pages: readonly Page[], made?: MadeOfText): Promise<Kept>;
  /**
   * Puts what a model has made later with a text that is there and has pages of the same extent: else nothing. The titles of
   * `pages` count where `made` has titles. Never rejects.
   */
  amend(project: string, id: string, pages: readonly Page[], made: MadeOfText): Promise<void>;
  /** Undefined when the project has no such text, or no more. Never rejects. */
  find(project: string, id: string): Promise<KeptText | undefined>;
  /** The text, or a part of it; undefined as above. Never rejects. */
  read(project: string, id: string, span?: Span): Promise<string | undefined>;
  /** The project is gone. */
  forget(project: string): Promise<void>;
}
