/** Streams a list, or events, as lines of JSON: what is in it, then each change of it as it comes, until the caller or its token goes. */
import type { CallRoute, Given, ListRoute, Row } from '../../commands/routes/route.ts';
import type { Served } from '../../rights/served.ts';
import type { EngineView, ViewPatch } from '../../views/view.ts';
import { passes, rowName } from './pages.ts';

/** A reader that is this much behind is cut off; it begins again. */
const MAX_BEHIND_BYTES = 8 * 1024 * 1024;

export type WatchLine =
  | { readonly type: 'put'; readonly item: object }
  | { readonly type: 'delete'; readonly id: string }
  /** All that there was has been told. */
  | { readonly type: 'synced' };

interface Teller {
  readonly send: (line: WatchLine) => void;
  readonly failed: (error: unknown) => void;
}

export function watched(list: ListRoute, query: Row, served: Served): ReadableStream<Uint8Array> {
  return streamed((teller) =>
    list.view === undefined ? tellRead(list, query, served, teller) : tell(list, query, served, teller.send),
  );
}

/** The same of what is no list of rows, as events are: nothing goes from it. */
export function watchedCall(route: CallRoute, given: Given, served: Served): ReadableStream<Uint8Array> {
  return streamed(({ send, failed }) => {
    const put = (items: readonly object[]): void => {
      for (const item of items) send({ type: 'put', item });
    };
    const watching = route.watch?.(given, served, put);
    watching?.begun.then(() => send({ type: 'synced' }), failed);
    return () => watching?.end();
  });
}

/** `begin` returns the unsubscriber. */
function streamed(begin: (teller: Teller) => () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let stop = (): void => {};
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let isOver = false;
        const send = (line: WatchLine): void => {
          if (isOver) return;
          controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`));
          if ((controller.desiredSize ?? 0) >= 0) return;
          isOver = true;
          stop();
          controller.error(new Error('the reader of a watch is too far behind'));
        };
        const failed = (error: unknown): void => {
          if (isOver) return;
          isOver = true;
          stop();
          controller.error(error);
        };
        const unsubscribe = begin({ send, failed });
        if (isOver) unsubscribe();
        else stop = unsubscribe;
      },
      cancel: () => stop(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: MAX_BEHIND_BYTES }),
  );
}

/** Rows that the view does not hold are read anew when they may be others. Returns the unsubscriber. */
function tellRead(list: ListRoute, query: Row, served: Served, { send, failed }: Teller): () => void {
  const { changesWith = [], item = (row: object) => row } = list;
  let told = new Map<string, string>();
  let isOver = false;
  let isWanted = false;
  let isReading = false;
  const look = async (): Promise<void> => {
    const rows = [...(await list.rows({ path: {}, query, body: {}, match: undefined }, served))];
    if (isOver) return;
    const seen = new Map<string, string>();
    for (const row of rows) {
      if (!passes(list, query, row)) continue;
      const shown = item(row as never);
      const text = JSON.stringify(shown);
      seen.set(rowName(row), text);
      if (told.get(rowName(row)) !== text) send({ type: 'put', item: shown });
    }
    for (const id of told.keys()) if (!seen.has(id)) send({ type: 'delete', id });
    told = seen;
  };
  /** One look after another; what comes meanwhile is one more. */
  const again = async (): Promise<void> => {
    isWanted = isReading;
    if (isReading) return;
    isReading = true;
    await look();
    isReading = false;
    if (isWanted && !isOver) await again();
  };
  const unsubscribe = served.onKinds((kinds) => {
    if (changesWith.some((kind) => kinds.has(kind))) again().catch(failed);
  });
  again().then(() => send({ type: 'synced' }), failed);
  return () => {
    isOver = true;
    unsubscribe();
  };
}

/** Returns the unsubscriber. */
function tell(list: ListRoute, query: Row, served: Served, send: (line: WatchLine) => void): () => void {
  const { view = [], item = (row: object) => row } = list;
  const told = new Set<string>();
  const put = (row: object): void => {
    const id = rowName(row);
    if (passes(list, query, row)) {
      told.add(id);
      send({ type: 'put', item: item(row as never) });
    } else if (told.delete(id)) send({ type: 'delete', id });
  };
  const take = (patch: ViewPatch, now: EngineView): void => {
    if ((patch.op !== 'put' && patch.op !== 'delete') || !view.includes(patch.kind)) return;
    if (patch.op === 'put') return put(patch.value);
    // A row that goes from one kind to another, as a session that ends, stays in the list.
    const isThere = view.some((kind) => now[kind].has(patch.id));
    if (!isThere && told.delete(patch.id)) send({ type: 'delete', id: patch.id });
  };
  const now = served.view();
  for (const kind of view) for (const row of now[kind].values()) put(row);
  send({ type: 'synced' });
  return served.subscribe((after, patches) => {
    for (const patch of patches) take(patch, after);
  });
}
