/** Reads one `text/event-stream` answer to its end. */
import type { Clock } from '../../../kernel/clock.ts';
import type { Flow } from '../../../pacing/pace.ts';
import { PacedStream } from '../../../pacing/paced-stream.ts';
import { LARGE_LINE_BYTES } from '../../wire/framing.ts';
import { onOneLine } from './body-reader.ts';
import type { LinkListener } from './link.ts';
import { SseReader, type SseEvent } from './sse-reader.ts';
import type { HttpAnswer } from './http-answer.ts';

/** Where a stream can be taken up again; lives longer than one connection. */
export interface StreamPosition {
  lastEventId: string | undefined;
  retryMs: number | undefined;
}

export type StreamEnd =
  /** `isOpen`: in the middle of an event. */
  | { readonly kind: 'ended'; readonly isOpen: boolean }
  | { readonly kind: 'broken'; readonly error: Error }
  | { readonly kind: 'oversize'; readonly head: string; readonly bytes: number };

/** A server that asks for a longer wait than this is not waited for so long. */
const MAX_RETRY_MS = 60_000;

export interface ReadOptions {
  readonly clock: Clock;
  readonly flow: Flow;
  /** Of one event. */
  readonly maxMessageBytes: number;
  /** Sees long events as they come. */
  readonly listener: Pick<LinkListener, 'growing'>;
}

/** Never rejects. `onEvent` gets data on one line. */
export function readEvents(
  response: HttpAnswer,
  position: StreamPosition,
  { clock, flow, maxMessageBytes, listener }: ReadOptions,
  onEvent: (event: SseEvent) => void,
): Promise<StreamEnd> {
  return new Promise((resolve) => {
    const reader = new SseReader(maxMessageBytes, {
      id: (id) => {
        position.lastEventId = id === '' ? undefined : id;
      },
      retry: (ms) => {
        position.retryMs = Math.min(ms, MAX_RETRY_MS);
      },
      event: (event) => onEvent({ ...event, parts: onOneLine(event.parts) }),
      growing: (parts, bytes) => {
        if (bytes >= LARGE_LINE_BYTES) listener.growing(parts, bytes);
      },
      oversize: (head, bytes) => {
        response.destroy();
        resolve({ kind: 'oversize', head, bytes });
      },
    });
    const paced = new PacedStream(response, reader, flow, clock);
    const end = (how: StreamEnd): void => {
      paced.finish();
      resolve(how);
    };
    const ended = (): void => end({ kind: 'ended', isOpen: reader.openBytes > 0 });
    response.once('end', ended);
    response.once('error', (error) => end({ kind: 'broken', error }));
    response.once('close', ended);
  });
}

/** The media type without its parameters. */
export function mediaTypeOf(response: HttpAnswer): string {
  return (response.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
