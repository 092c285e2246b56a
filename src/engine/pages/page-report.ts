/** Shows operators a long answer as it is kept: its pages, or one of them. */
export interface PageReport {
  readonly project: string;
  readonly id: string;
  /** In order, from page 1; with `page` that one alone. */
  readonly pages: readonly {
    readonly page: number;
    readonly title: string;
    /** Estimate (≈). */
    readonly tokens: number;
    /** Present where one page was asked for. */
    readonly text?: string;
  }[];
  /** That there are. */
  readonly count: number;
  /** What a model has made of it, which agents got in the place of the first page; not with `page`. */
  readonly summary?: { readonly model: string; readonly text: string };
}
