/** Streams a list as lines of JSON: what is in it, then each change of it as it comes, until the caller or its token goes. */
import type { ListRoute, Row } from '../../commands/routes/route.ts';
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

export function watched(list: ListRoute, query: Row, served: Served): ReadableStream<Uint8Array> {
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
        const unsubscribe = tell(list, query, served, send);
        if (isOver) unsubscribe();
        else stop = unsubscribe;
      },
      cancel: () => stop(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: MAX_BEHIND_BYTES }),
  );
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
