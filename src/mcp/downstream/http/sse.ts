/** Writes server-sent events: headers, and messages that stay one line. */

export const SSE_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

const [CR, SPACE] = [13, 32];

/** JSON may have carriage returns between its tokens; in a stream of events they would end the line. */
export function flatText(text: string): string {
  return text.includes('\r') ? text.replaceAll('\r', ' ') : text;
}

export function flatPiece(piece: Buffer): Buffer {
  if (!piece.includes(CR)) return piece;
  return Buffer.from(piece.map((byte) => (byte === CR ? SPACE : byte)));
}
