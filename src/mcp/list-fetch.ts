/** Fetches a server's list over all its pages, within bounds of count, size and time. */
import type { Clock } from '../clock.ts';
import { LISTS, type FetchOutcome, type ListKind } from './list-cache.ts';
import { isMap, type WireMap } from './message.ts';
import { ask } from './own-request.ts';
import type { Upstream } from './upstream.ts';

/** Of one list, over all pages. */
const MAX_ITEMS = 10_000;
const MAX_BYTES = 16 * 1024 * 1024;
/** A server that never stops handing out cursors is stopped here. */
const MAX_PAGES = 1_000;

/** Walks an upstream's pages to the end; a cursor that comes twice ends the walk too. `timeoutMs` is for all of them. */
export async function fetchList(
  clock: Clock,
  upstream: Upstream,
  kind: ListKind,
  timeoutMs: number,
): Promise<FetchOutcome> {
  const { method, key, capability } = LISTS[kind];
  if (upstream.info.capabilities[capability] === undefined) {
    return { ok: true, content: { items: [], extras: {} } };
  }
  const untilMs = clock.monotonicMs() + timeoutMs;
  const items: WireMap[] = [];
  const seen = new Set<string>();
  let bytes = 0;
  let extras: WireMap | undefined;
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const leftMs = untilMs - clock.monotonicMs();
    if (leftMs <= 0) return failed(`its pages took longer than ${timeoutMs} ms`);
    const params = cursor === undefined ? {} : { params: { cursor } };
    const outcome = await ask(clock, upstream, { method, timeoutMs: leftMs, maxBytes: MAX_BYTES - bytes, ...params });
    if (outcome.kind === 'too-large') return failed(`it is over the limit of ${MAX_BYTES} bytes`);
    if (outcome.kind !== 'result') {
      // Servers with resources but without templates often do not know the method.
      if (kind === 'templates' && outcome.kind === 'error') break;
      return failed(outcome.kind === 'error' || outcome.kind === 'refused' ? outcome.message : outcome.kind);
    }
    bytes += outcome.bytes;
    const own = outcome.result[key];
    if (Array.isArray(own)) {
      if (items.length + own.length > MAX_ITEMS) return failed(`it is over the limit of ${MAX_ITEMS} items`);
      for (const item of own) if (isMap(item)) items.push(item);
    }
    extras ??= extrasOf(outcome.result, key);
    const next = outcome.result['nextCursor'];
    if (typeof next !== 'string' || seen.has(next)) break;
    seen.add(next);
    cursor = next;
  }
  return { ok: true, content: { items, extras: extras ?? {} } };
}

function failed(reason: string): FetchOutcome {
  return { ok: false, reason };
}

function extrasOf(result: WireMap, key: string): WireMap {
  const { [key]: _, nextCursor: __, ...extras } = result;
  return extras;
}
