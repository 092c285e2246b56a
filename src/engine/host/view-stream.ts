/** Streams the view to consoles as lines: the whole of it first, then patches and events as they come. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../kernel/clock.ts';
import type { Bugs } from '../../kernel/bugs.ts';
import type { Served } from '../rights/served.ts';
import { viewAsPatches } from '../views/view-state.ts';
import type { AuditEvent } from '../views/view.ts';
import { VIEW_FORMAT, VIEW_FORMAT_HEADER, type StreamLine } from './protocol.ts';

/** A console that reads slower than this much behind is cut off; it attaches again and gets the whole view. */
const MAX_BEHIND_BYTES = 16 * 1024 * 1024;
const EVENTS_EVERY_MS = 100;

export interface StreamExchange {
  readonly clock: Clock;
  readonly bugs: Bugs;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export function serveStream(served: Served, { clock, bugs, request, response }: StreamExchange): void {
  response.writeHead(200, {
    'content-type': 'application/x-ndjson',
    'cache-control': 'no-store',
    [VIEW_FORMAT_HEADER]: VIEW_FORMAT,
  });
  let waiting: AuditEvent[] = [];
  const send = (line: StreamLine): void => {
    try {
      if (response.writableLength > MAX_BEHIND_BYTES) response.destroy();
      else response.write(`${JSON.stringify(line)}\n`);
    } catch (error) {
      // Its console attaches again; one that failed at each change would be told nothing.
      response.destroy();
      bugs.report('a stream of the view', error);
    }
  };
  send({ type: 'patches', patches: viewAsPatches(served.view()) });
  const unsubscribe = [
    served.subscribe((_view, patches) => send({ type: 'patches', patches })),
    served.onEvents((events) => {
      for (const event of events) waiting.push(event);
    }),
  ];
  const flush = (): void => {
    if (waiting.length > 0) {
      send({ type: 'events', events: waiting });
      waiting = [];
    }
    timer = clock.after(EVENTS_EVERY_MS, flush, { unref: true });
  };
  let timer = clock.after(EVENTS_EVERY_MS, flush, { unref: true });
  response.on('close', () => {
    timer.cancel();
    for (const stop of unsubscribe) stop();
  });
  request.on('error', () => response.destroy());
}
