/** Fetches a server's list over all its pages, within bounds of count, size and time. */
import type { Clock } from '../../kernel/clock.ts';
import { timeWords } from '../../kernel/time-words.ts';
import { LISTS, type FetchOutcome } from './list-cache.ts';
import type { ListKind } from '../types/lists.ts';
import { ListIntake } from './definition-check.ts';
import { kindOf, members, needing, only, text, withRules } from '../wire/member-rules.ts';
import type { WireMap } from '../wire/message.ts';
import { ask, type BuiltinOutcome } from '../upstream/router-request.ts';
import { RPC } from '../wire/rpc-errors.ts';
import type { Upstream } from '../upstream/upstream.ts';

/** Of one list, over all pages. */
const MAX_ITEMS = 10_000;
const MAX_BYTES = 16 * 1024 * 1024;
/** A server that never stops handing out cursors is stopped here, or where its pages bring nothing. */
const MAX_PAGES = 1_000;
const MAX_EMPTY_PAGES = 10;
/** A server that has declared nothing may not answer at all. */
const UNDECLARED_TIMEOUT_MS = 2_000;

/** What servers without declared lists answered when they were asked once all the same. */
const undeclared = new WeakMap<Upstream, Map<ListKind, 'asked' | 'answered'>>();

/** Whether a server has this kind of list: as it has declared, or as it has shown without declaring anything. */
export function offers(upstream: Upstream, kind: ListKind): boolean {
  return upstream.info.capabilities[LISTS[kind].capability] !== undefined || isUndeclared(upstream, kind);
}

/** It has answered with a list that it never declared. */
export function isUndeclared(upstream: Upstream, kind: ListKind): boolean {
  return undeclared.get(upstream)?.get(kind) === 'answered';
}

/** Walks an upstream's pages to the end; a page that brings nothing new ends the walk too. `timeoutMs` is for all of them. */
export async function fetchList(
  clock: Clock,
  upstream: Upstream,
  kind: ListKind,
  timeoutMs: number,
): Promise<FetchOutcome> {
  if (offers(upstream, kind)) return walk(clock, upstream, kind, timeoutMs);
  const { capabilities } = upstream.info;
  const asked = undeclared.get(upstream) ?? new Map<ListKind, 'asked' | 'answered'>();
  if (asked.has(kind) || Object.values(LISTS).some(({ capability }) => capabilities[capability] !== undefined)) {
    return NOTHING;
  }
  undeclared.set(upstream, asked.set(kind, 'asked'));
  const outcome = await walk(clock, upstream, kind, Math.min(timeoutMs, UNDECLARED_TIMEOUT_MS));
  if (!outcome.ok || (outcome.content.items.length === 0 && outcome.content.oddities.length === 0)) return NOTHING;
  asked.set(kind, 'answered');
  return outcome;
}

const NOTHING: FetchOutcome = { ok: true, content: { items: [], extras: {}, oddities: [] } };

async function walk(clock: Clock, upstream: Upstream, kind: ListKind, timeoutMs: number): Promise<FetchOutcome> {
  const { method, key } = LISTS[kind];
  const untilMs = clock.monotonicMs() + timeoutMs;
  const intake = new ListIntake(kind);
  const seen = new Set<string>();
  let bytes = 0;
  let count = 0;
  let emptyPages = 0;
  let extras: WireMap | undefined;
  let cursor: string | undefined;

  const failed = (reason: string): FetchOutcome => ({ ok: false, reason });
  const ended = (reason?: string, retryAfterMs?: number): FetchOutcome => {
    const again = retryAfterMs === undefined ? {} : { retryAfterMs };
    if (reason !== undefined && extras === undefined) return { ...failed(reason), ...again };
    const content = { items: intake.items, extras: extras ?? {}, oddities: intake.oddities };
    return { ok: true, content, ...(reason === undefined ? {} : { brokenOff: reason }), ...again };
  };

  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const leftMs = untilMs - clock.monotonicMs();
    if (leftMs <= 0) return ended(`its pages took longer than ${timeWords(timeoutMs)}`);
    const params = cursor === undefined ? {} : { params: { cursor } };
    const outcome = await ask(clock, upstream, { method, timeoutMs: leftMs, maxBytes: MAX_BYTES - bytes, ...params });
    if (outcome.kind === 'too-large') return failed(`it is over the limit of ${MAX_BYTES} bytes`);
    if (outcome.kind !== 'result') {
      if (outcome.kind === 'error' && extras === undefined && isNoList(kind, outcome.code)) return NOTHING;
      if (outcome.kind === 'timeout' && page > 1) return ended(`its pages took longer than ${timeWords(timeoutMs)}`);
      const retryAfterMs = outcome.kind === 'refused' ? outcome.retryAfterMs : undefined;
      return ended(`${page === 1 ? '' : `page ${page}: `}${wordsOf(outcome, timeoutMs)}`, retryAfterMs);
    }
    bytes += outcome.bytes;
    const own = outcome.result[key] ?? [];
    if (!Array.isArray(own)) return ended(`its answer has ${kindOf(own)} in place of a list of ${key}`);
    count += own.length;
    if (count > MAX_ITEMS) return failed(`it is over the limit of ${MAX_ITEMS} items`);
    const added = intake.add(own);
    extras ??= extrasOf(outcome.result, key);
    const next = outcome.result['nextCursor'];
    emptyPages = own.length === 0 ? emptyPages + 1 : 0;
    const isOver = (added === 0 && own.length > 0) || emptyPages >= MAX_EMPTY_PAGES;
    if (typeof next !== 'string' || seen.has(next) || isOver) break;
    seen.add(next);
    cursor = next;
  }
  return ended();
}

/**
 * Servers with resources but without templates often do not know the method, and frameworks declare prompts and resources
 * for servers that have none. Tools are what a server is for: without their list it does not work.
 */
function isNoList(kind: ListKind, code: number): boolean {
  return kind === 'templates' || (kind !== 'tools' && code === RPC.methodNotFound);
}

function wordsOf(outcome: Exclude<BuiltinOutcome, { kind: 'result' | 'too-large' }>, timeoutMs: number): string {
  switch (outcome.kind) {
    case 'error':
    case 'lost':
    case 'refused':
      return outcome.message;
    case 'timeout':
      return `no answer within ${timeWords(timeoutMs)}`;
    case 'aborted':
      return 'called off';
  }
}

const isToken = (value: unknown): boolean => typeof value === 'string' || Number.isInteger(value);

/** What clients demand of members that an answer may have beside its list. */
const EXTRAS = {
  _meta: members({
    progressToken: only(isToken, 'a string or an integer'),
    'io.modelcontextprotocol/related-task': needing('taskId', { taskId: text }),
  }),
};

/** Of the first page, for a server that is shown as it is. */
function extrasOf(result: WireMap, key: string): WireMap {
  const { [key]: _, nextCursor: __, ...extras } = result;
  return withRules(extras, Object.keys(EXTRAS), EXTRAS, '', []);
}
