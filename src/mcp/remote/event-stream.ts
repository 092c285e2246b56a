/** Reads one `text/event-stream` answer to its end. */
import type { IncomingMessage } from 'node:http';
import { onOneLine } from './body-reader.ts';
import { SseReader, type SseEvent } from './sse-reader.ts';

/** Where a stream can be taken up again; lives longer than one connection. */
export interface StreamPosition {
  lastEventId: string | undefined;
  retryMs: number | undefined;
}

export type StreamEnd =
  | { readonly kind: 'ended' }
  | { readonly kind: 'broken'; readonly error: Error }
  | { readonly kind: 'oversize'; readonly head: string; readonly bytes: number };

/** A server that asks for a longer wait than this is not waited for so long. */
const MAX_RETRY_MS = 60_000;

/** Never rejects. `onEvent` gets data on one line. */
export function readEvents(
  response: IncomingMessage,
  position: StreamPosition,
  limit: number,
  onEvent: (event: SseEvent) => void,
): Promise<StreamEnd> {
  return new Promise((resolve) => {
    const reader = new SseReader(limit, {
      id: (id) => {
        position.lastEventId = id === '' ? undefined : id;
      },
      retry: (ms) => {
        position.retryMs = Math.min(ms, MAX_RETRY_MS);
      },
      event: (event) => onEvent({ ...event, parts: onOneLine(event.parts) }),
      oversize: (head, bytes) => {
        response.destroy();
        resolve({ kind: 'oversize', head, bytes });
      },
    });
    response.on('data', (chunk: Buffer) => reader.push(chunk));
    response.once('end', () => resolve({ kind: 'ended' }));
    response.once('error', (error) => resolve({ kind: 'broken', error }));
    response.once('close', () => resolve({ kind: 'ended' }));
  });
}

/** The media type without its parameters. */
export function mediaTypeOf(response: IncomingMessage): string {
  return (response.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
