/** Describes where whole texts are kept while agents read them page by page. */

/** A text that was kept, or why it was not: then the agent gets the whole answer at once. */
export type Kept =
  { readonly kind: 'kept'; readonly id: string } | { readonly kind: 'refused'; readonly reason: string };

/** Texts by their hash, for each project; the oldest go when a project has more than it may. */
export interface PageStore {
  /** Never rejects. The same text has the same id, and is as new as when it was kept last. */
  keep(project: string, text: string): Promise<Kept>;
  /** Undefined when the project has no such text, or no more. Never rejects. */
  read(project: string, id: string): Promise<string | undefined>;
}
