/** Lets models name pages and sum long answers up; without one, in time and good, what rules have made stands. */
import { hash } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import type { MadeOfText, PageStore } from '../../mcp/pages/page-store.ts';
import type { Page } from '../../mcp/pages/types.ts';
import type { SystemText } from '../content/system-rules.ts';
import type { ModelPolicy } from '../models/model-book.ts';
import { TimedAsker, type TimedAnswer } from '../models/timed-asker.ts';
import type { WaitingAsker } from '../models/model-turns.ts';
import type { PipelineKind } from './page-rules.ts';
import {
  MAX_MADE_TITLE,
  readSummary,
  readTitles,
  summaryRequest,
  summaryTokens,
  titlesRequest,
  toldChars,
  untitled,
  type ToldPage,
} from './page-requests.ts';
import { pageText, type PagedText } from './paged-result.ts';
import { isSameExtent } from './project-shelf.ts';

/** An answer waits no longer for titles. */
export const TITLES_MS = 1_500;
/** Nor for a summary. */
export const SUMMARY_MS = 6_000;

export interface PageModelsParts {
  readonly clock: Clock;
  readonly models: WaitingAsker;
  readonly told: SystemText;
  readonly store: Pick<PageStore, 'find' | 'amend'>;
  /** Known secret values in what comes back are masked. */
  readonly mask: (text: string) => string;
  /** Where what the project says may go. */
  readonly policyOf: (project: string) => ModelPolicy;
}

export interface PageTask {
  readonly project: string;
  readonly kind: PipelineKind;
  readonly pageTokens: number;
}

/** What is known of a text before a model is asked. */
export interface KnownOfText {
  /** With the titles that a model has given them before. */
  readonly pages: readonly Page[];
  readonly made: MadeOfText;
}

export class PageModels {
  readonly #p: PageModelsParts;
  readonly #asker: TimedAsker;

  constructor(parts: PageModelsParts) {
    this.#p = parts;
    this.#asker = new TimedAsker(parts.clock, parts.models);
  }

  /** Whether the project has a model for this. */
  may(project: string): boolean {
    return this.#asker.may(this.#p.policyOf(project));
  }

  /** What a model has made of the same text before, told the same. Never rejects. */
  async known(task: PageTask, { encoded, pages }: PagedText): Promise<KnownOfText> {
    const found = await this.#p.store.find(task.project, encoded.id);
    if (found?.made === undefined || !isSameExtent(found.pages, pages)) return { pages, made: {} };
    const { titles, summary } = found.made;
    const hasTitles = titles?.told === keyOf(this.#titlesTold(task, untitled(pages).length));
    const hasSummary = summary?.told === keyOf(this.#summaryTold(task));
    return {
      pages: hasTitles ? found.pages : pages,
      made: { ...(hasTitles ? { titles } : {}), ...(hasSummary ? { summary } : {}) },
    };
  }

  /** The pages with titles, in time; those that come later are kept for the next reader. Never rejects. */
  async titled(task: PageTask, text: PagedText, { pages, made }: KnownOfText): Promise<readonly Page[]> {
    const { pages: own } = text;
    const named = untitled(own);
    if (made.titles !== undefined || named.length === 0) return pages;
    const { id } = text.encoded;
    const { project } = task;
    const told = this.#titlesTold(task, named.length);
    const key = keyOf(told);
    const answer = await this.#asker.ask({
      key: keyOf(`titles ${project} ${id} ${pages.map(({ to }) => to).join()} ${told}`),
      policy: this.#p.policyOf(project),
      // Made now: an answer may take long, and the whole text is not held for it.
      request: titlesRequest(told, this.#pagesTold(text, named)),
      read: (value: JsonObject) => this.#masked(readTitles(value, own, named)),
      deadlineMs: TITLES_MS,
      answered: (titled) => unawaited(this.#p.store.amend(project, id, titled, { titles: { told: key } })),
    });
    return answer.ok ? answer.value : pages;
  }

  /** Never rejects; within `deadlineMs`. */
  async summary(
    task: PageTask,
    text: PagedText,
    { pages, made }: KnownOfText,
    deadlineMs: number,
  ): Promise<TimedAnswer<string>> {
    const { summary } = made;
    if (summary !== undefined) return { ok: true, model: summary.model, value: summary.text };
    const { project } = task;
    if (!this.may(project)) return { ok: false, reason: 'no model that the project may use' };
    const { id } = text.encoded;
    const told = this.#summaryTold(task);
    const maxTokens = summaryTokens(task.pageTokens);
    return this.#asker.ask({
      key: keyOf(`summary ${project} ${id} ${told}`),
      policy: this.#p.policyOf(project),
      request: summaryRequest(told, this.#pagesTold(text, [...text.pages.keys()]), maxTokens),
      read: (value: JsonObject) => {
        const read = readSummary(value, maxTokens);
        return read.ok ? { ok: true, value: this.#p.mask(read.value) } : read;
      },
      deadlineMs: Math.max(0, deadlineMs),
      answered: (value, model) => {
        const ofText = { summary: { told: keyOf(told), model, text: value } };
        unawaited(this.#p.store.amend(project, id, pages, ofText));
      },
    });
  }

  #titlesTold({ kind }: PageTask, pageCount: number): string {
    const name = kind === 'paginate' ? 'page-titles' : 'section-titles';
    return this.#p.told(name, { pageCount: String(pageCount), maxChars: String(MAX_MADE_TITLE) });
  }

  #summaryTold({ pageTokens }: PageTask): string {
    return this.#p.told('content-summary', { maxTokens: String(summaryTokens(pageTokens)) });
  }

  #pagesTold(text: PagedText, named: readonly number[]): readonly ToldPage[] {
    const chars = toldChars(named.length);
    return named.flatMap((at) => {
      const page = text.pages[at];
      if (page === undefined) return [];
      const begins = pageText(text, { from: page.from, to: Math.min(page.to, page.from + chars) });
      return [{ number: at + 1, title: page.title, begins }];
    });
  }

  #masked(read: ReturnType<typeof readTitles>): ReturnType<typeof readTitles> {
    if (!read.ok) return read;
    return { ok: true, value: read.value.map((page) => ({ ...page, title: this.#p.mask(page.title) })) };
  }
}

function keyOf(text: string): string {
  return hash('sha256', text).slice(0, 32);
}
