/** Gives agents long results in pages, and keeps the whole ones. What fails on the way leaves the result as it came. */
import { messageOf } from '../../kernel/errors.ts';
import type { LongResult, OtherResult, ResultStage } from '../../mcp/index.ts';
import type { PageStore } from '../../mcp/pages/page-store.ts';
import type { PageCutter } from './page-cutter.ts';
import type { Pipeline } from './page-rules.ts';
import type { SavedBySession } from './page-savings.ts';
import type { PagedResult } from './paged-result.ts';

export interface PageStageParts {
  readonly cutter: Pick<PageCutter, 'cut'>;
  readonly store: Pick<PageStore, 'keep'>;
  readonly saved: SavedBySession;
  /** Known secret values, and the name that stands in the place of each. */
  readonly secrets: () => ReadonlyMap<string, string>;
  /** A result was given whole that should not have been; calls of tools say so in their trace as well. */
  readonly failed: (result: LongResult, reason: string) => void;
}

export function pageStage(parts: PageStageParts, pipeline: Pipeline): ResultStage {
  return {
    id: 'pages',
    // A text has no more tokens than bytes.
    wants: ({ server, tool, bytes }) => bytes > pipeline.pageTokens && pipeline.intoOf(server, tool) !== undefined,
    instead: (result) => instead(parts, pipeline, result),
  };
}

async function instead(parts: PageStageParts, pipeline: Pipeline, result: LongResult): Promise<OtherResult> {
  const { cutter, store, saved, secrets } = parts;
  const { server, tool, method, session, project } = result;
  const whole = (reason: string): OtherResult => {
    parts.failed(result, reason);
    return { kind: 'same', trace: { failed: reason } };
  };
  try {
    const into = pipeline.intoOf(server, tool) ?? 'pages';
    const tokens = pipeline.pageTokens;
    const outcome = await cutter.cut({ message: result.message(), method, into, tokens, secrets: secrets() });
    if (outcome.kind === 'failed') return whole(outcome.reason);
    const { result: paged } = outcome;
    if (paged === undefined) return { kind: 'same' };
    for (const { encoded, pages } of paged.texts) {
      const kept = await store.keep(project, encoded, pages);
      if (kept.kind === 'refused') return whole(kept.reason);
    }
    const trace = traceOf(paged);
    saved.answered(session.id, trace.withheldTokens);
    return { kind: 'other', text: paged.text, trace };
  } catch (error) {
    return whole(messageOf(error));
  }
}

/** Of a tool's answer there is one text; of the contents of a resource the first is named. */
function traceOf({
  texts,
}: PagedResult): Extract<OtherResult, { kind: 'other' }>['trace'] & { withheldTokens: number } {
  const sum = (of: (text: PagedResult['texts'][number]) => number): number =>
    texts.reduce((total, text) => total + of(text), 0);
  return {
    id: texts[0]?.encoded.id ?? '',
    count: sum(({ pages }) => pages.length),
    tokens: sum(({ tokens }) => tokens),
    withheldTokens: sum(({ withheldTokens }) => withheldTokens),
  };
}
