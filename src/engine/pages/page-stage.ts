/** Gives agents long results in pages, and keeps the whole ones. What fails on the way leaves the result as it came. */
import type { Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import { tokensOf } from '../../kernel/tokens.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import type { LongResult, OtherResult, ResultStage } from '../../mcp/index.ts';
import { MAX_STAGE_MS } from '../../mcp/calls/result-stage.ts';
import type { PageStore } from '../../mcp/pages/page-store.ts';
import type { PageCutter } from './page-cutter.ts';
import { SUMMARY_MS, TITLES_MS, type KnownOfText, type PageModels, type PageTask } from './page-models.ts';
import type { Pipeline } from './page-rules.ts';
import type { SavedBySession } from './page-savings.ts';
import { pageText, resultText, type GivenText, type PagedText } from './paged-result.ts';
import { firstPageWords, summaryWords } from './page-words.ts';

export interface PageStageParts {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly cutter: Pick<PageCutter, 'cut'>;
  readonly store: Pick<PageStore, 'keep'>;
  readonly models: PageModels;
  readonly saved: SavedBySession;
  /** Known secret values, and the name that stands in the place of each. */
  readonly secrets: () => ReadonlyMap<string, string>;
  /** A result was given whole that should not have been; calls of tools say so in their trace as well. */
  readonly failed: (result: LongResult, reason: string) => void;
}

/** Left of a stage's time for what comes after the models. */
const SLACK_MS = 1_500;

export function pageStage(parts: PageStageParts, pipeline: Pipeline): ResultStage {
  return {
    id: 'pages',
    // A text has no more tokens than bytes.
    wants: ({ server, tool, bytes }) => bytes > pipeline.pageTokens && pipeline.intoOf(server, tool) !== undefined,
    instead: (result) => instead(parts, pipeline, result),
  };
}

async function instead(parts: PageStageParts, pipeline: Pipeline, result: LongResult): Promise<OtherResult> {
  const { clock, cutter, saved, secrets } = parts;
  const { server, tool, method, session, project } = result;
  const whole = (reason: string): OtherResult => {
    parts.failed(result, reason);
    return { kind: 'same', trace: { failed: reason } };
  };
  try {
    const dueMs = clock.monotonicMs() + MAX_STAGE_MS - SLACK_MS;
    const { pageTokens } = pipeline;
    const task: PageTask = { project, kind: pipeline.intoOf(server, tool) ?? 'paginate', pageTokens };
    const into = task.kind === 'paginate' ? 'pages' : 'sections';
    const outcome = await cutter.cut({
      message: result.message(),
      method,
      into,
      tokens: pageTokens,
      secrets: secrets(),
    });
    if (outcome.kind === 'failed') return whole(outcome.reason);
    const { result: paged } = outcome;
    if (paged === undefined) return { kind: 'same' };
    const given = await Promise.all(paged.texts.map((text) => givenOf(parts, task, text, dueMs)));
    const refused = given.find((one) => 'refused' in one);
    if (refused !== undefined) return whole(refused.refused);
    const texts = given.flatMap((one) => ('refused' in one ? [] : [one]));
    saved.answered(
      { id: session.id, peer: session.identity.peer },
      {
        ids: texts.flatMap(({ id, summary }) => (summary === undefined ? [id] : [])),
        withheldTokens: sumOf(texts, ({ withheldTokens }) => withheldTokens),
      },
    );
    return { kind: 'other', text: resultText(paged, texts), trace: traceOf(texts) };
  } catch (error) {
    return whole(messageOf(error));
  }
}

interface Given extends GivenText {
  readonly id: string;
  readonly count: number;
  readonly tokens: number;
  readonly withheldTokens: number;
  /** The model of the summary that is given. */
  readonly summary?: string;
  /** Why none is given. */
  readonly noSummary?: string;
}

/** Kept first: what a model makes later finds its text. */
async function givenOf(
  { clock, store, models }: PageStageParts,
  task: PageTask,
  text: PagedText,
  dueMs: number,
): Promise<Given | { readonly refused: string }> {
  const { encoded, tokens } = text;
  const { id } = encoded;
  const may = models.may(task.project);
  const known: KnownOfText = may ? await models.known(task, text) : { pages: text.pages, made: {} };
  const kept = await store.keep(task.project, encoded, known.pages, known.made);
  if (kept.kind === 'refused') return { refused: kept.reason };
  const leftMs = dueMs - clock.monotonicMs();
  if (task.kind === 'summarise') {
    const summary = await models.summary(task, text, known, Math.min(SUMMARY_MS, leftMs));
    // Titles come after it, for whoever reads next.
    if (may) unawaited(models.titled(task, text, known));
    if (summary.ok) {
      const words = summaryWords(id, known.pages, tokens, summary.model);
      const withheldTokens = Math.max(0, tokens - tokensOf(summary.value));
      const { length: count } = known.pages;
      return { id, count, tokens, withheldTokens, text: summary.value, words, summary: summary.model };
    }
    return firstPage(text, known.pages, summary.reason);
  }
  return firstPage(text, may && leftMs > TITLES_MS ? await models.titled(task, text, known) : known.pages);
}

function firstPage(text: PagedText, pages: KnownOfText['pages'], noSummary?: string): Given {
  const { encoded, tokens } = text;
  const [page] = pages;
  return {
    id: encoded.id,
    count: pages.length,
    tokens,
    withheldTokens: Math.max(0, tokens - (page?.tokens ?? 0)),
    text: page === undefined ? '' : pageText(text, page),
    words: firstPageWords(encoded.id, pages, tokens, noSummary),
    ...(noSummary === undefined ? {} : { noSummary }),
  };
}

/** Of a tool's answer there is one text; of the contents of a resource the first is named. */
function traceOf(texts: readonly Given[]): Extract<OtherResult, { kind: 'other' }>['trace'] {
  const [first] = texts;
  const { summary, noSummary } = first ?? {};
  return {
    id: first?.id ?? '',
    count: sumOf(texts, ({ count }) => count),
    tokens: sumOf(texts, ({ tokens }) => tokens),
    withheldTokens: sumOf(texts, ({ withheldTokens }) => withheldTokens),
    ...(summary === undefined ? {} : { summary }),
    ...(noSummary === undefined ? {} : { noSummary }),
  };
}

function sumOf(texts: readonly Given[], of: (text: Given) => number): number {
  return texts.reduce((total, text) => total + of(text), 0);
}
