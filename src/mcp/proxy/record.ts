/**
 * Remembers what the proxy must know to survive the loss of its engine: which requests are unanswered, and how the
 * session began.
 */
import { endsOf, readEnvelope, type Envelope } from '../wire/envelope.ts';
import { decodeParts, LineReader } from '../wire/framing.ts';
import { isMap, isWireId, type WireMap } from '../wire/message.ts';
import { idText } from '../wire/wire-id.ts';

/** A line longer than this is not sent again after a loss in its middle. */
const MAX_OPEN_LINE_BYTES = 64 * 1024 * 1024;
/** Of an answer, only the ends matter. */
const MAX_ANSWER_LINE_BYTES = 64 * 1024;
const WINDOW_CHARS = 512;

export interface Resumption {
  /** To be sent in this order. */
  readonly lines: readonly string[];
  /** JSON of the ids whose answers the client must not see. */
  readonly swallowed: ReadonlySet<string>;
}

export class SessionRecord {
  /** JSON of the ids of unanswered requests. */
  readonly #inFlight = new Set<string>();
  readonly #clientLines: LineReader;
  readonly #engineLines: LineReader;
  /** The client's `initialize`, to be said again to another engine. */
  #initialize: { readonly idText: string; readonly text: string; isAnswered: boolean } | undefined;
  #isInitialized = false;
  /** Requests whose effect the client counts on: its log level and its subscriptions. */
  readonly #desired = new Map<string, { readonly method: string; readonly params: WireMap | undefined }>();

  constructor() {
    this.#clientLines = new LineReader(MAX_OPEN_LINE_BYTES, {
      small: (text) => {
        if (!this.#usualRequest(text)) this.#fromClient(envelopeOf(text), text);
      },
      large: (parts, bytes) => this.#fromClientEnds(parts, bytes),
      oversize: (head, tail) => this.#fromClient(readEnvelope(head, tail), ''),
    });
    this.#engineLines = new LineReader(MAX_ANSWER_LINE_BYTES, {
      small: (text) => {
        if (!this.#usualAnswer(text)) this.#fromEngine(envelopeOf(text), text);
      },
      large: (parts) => {
        const { head, tail } = endsOf(parts);
        this.#fromEngine(readEnvelope(head, tail), '');
      },
      oversize: (head, tail) => this.#fromEngine(readEnvelope(head, tail), ''),
    });
  }

  /** Bytes that were sent to the engine. */
  sent(chunk: Buffer): void {
    this.#clientLines.push(chunk);
  }

  /** Bytes that came from the engine. */
  received(chunk: Buffer): void {
    this.#engineLines.push(chunk);
  }

  /** The line that was sent in part: the next engine needs its beginning again. */
  get openLine(): readonly Buffer[] {
    return this.#clientLines.pendingParts;
  }

  /** How to begin the session again at another engine; undefined when it has not begun. */
  resume(): Resumption | undefined {
    if (this.#initialize === undefined) return undefined;
    const { text, idText, isAnswered } = this.#initialize;
    const lines = [text];
    const swallowed = new Set<string>();
    if (isAnswered) swallowed.add(idText);
    if (this.#isInitialized) lines.push('{"jsonrpc":"2.0","method":"notifications/initialized"}');
    for (const [key, desired] of isAnswered ? this.#desired : []) {
      const id = `mcptui resumes: ${key}`;
      swallowed.add(JSON.stringify(id));
      lines.push(JSON.stringify({ jsonrpc: '2.0', id, ...desired }));
    }
    return { lines, swallowed };
  }

  /** The engine is gone: JSON of the ids that it will not answer. An unanswered `initialize` is asked again instead. */
  lost(): readonly string[] {
    const ids = [...this.#inFlight];
    this.#inFlight.clear();
    this.#engineLines.reset();
    return ids;
  }

  /** The request that most lines are, in the order of members that most clients use; a shortcut, at a tenth of the cost. */
  #usualRequest(text: string): boolean {
    if (!text.startsWith('{"method":"tools/call",')) return false;
    const idText = numberAtEnd(text);
    if (idText !== undefined) this.#inFlight.add(idText);
    return idText !== undefined;
  }

  /** The router puts the id last. */
  #usualAnswer(text: string): boolean {
    if (!text.startsWith('{"result":')) return false;
    const known = numberAtEnd(text);
    return known !== undefined && this.#inFlight.delete(known);
  }

  #fromClientEnds(parts: readonly Buffer[], bytes: number): void {
    const { head, tail } = endsOf(parts);
    const envelope = readEnvelope(head, tail);
    const needsText = envelope.method === 'initialize' || envelope.id === undefined;
    this.#fromClient(envelope, needsText ? decodeParts(parts, bytes) : '');
  }

  #fromClient(envelope: Envelope, text: string): void {
    if (envelope.id === undefined) return this.#parseFromClient(text);
    if (envelope.isResponse) return;
    this.#request(envelope.id, envelope.method, text);
  }

  /** Notifications, batches, and requests in an unusual order. */
  #parseFromClient(text: string): void {
    for (const message of parseAll(text)) {
      const { id, method, params } = message;
      if (typeof method !== 'string') continue;
      if (isWireId(id)) this.#request(id, method, JSON.stringify(message));
      else if (method === 'notifications/initialized') this.#isInitialized = true;
      else if (method === 'notifications/cancelled' && isMap(params) && isWireId(params['requestId'])) {
        this.#inFlight.delete(JSON.stringify(params['requestId']));
      }
    }
  }

  #request(id: string | number, seenMethod: string | undefined, text: string): void {
    const known = idText(id);
    // Most clients put the method first; behind long params it takes a parse.
    const method = seenMethod ?? parseAll(text)[0]?.['method'];
    if (method === 'initialize') {
      this.#initialize = { idText: known, text, isAnswered: false };
      return;
    }
    this.#inFlight.add(known);
    if (method === 'logging/setLevel') this.#desired.set('level', { method, params: paramsOf(text) });
    else if (method === 'resources/subscribe' || method === 'resources/unsubscribe') {
      const params = paramsOf(text);
      const key = `subscription ${JSON.stringify(params?.['uri'])}`;
      if (method === 'resources/subscribe') this.#desired.set(key, { method, params });
      else this.#desired.delete(key);
    }
  }

  #fromEngine(envelope: Envelope, text: string): void {
    if (envelope.id === undefined) {
      for (const { id, method } of parseAll(text)) {
        if (method === undefined && isWireId(id)) this.#answered(JSON.stringify(id));
      }
    } else if (envelope.isResponse) this.#answered(idText(envelope.id));
  }

  #answered(known: string): void {
    this.#inFlight.delete(known);
    if (this.#initialize?.idText === known) this.#initialize.isAnswered = true;
  }
}

const END = ',"jsonrpc":"2.0","id":';

/** N of a line that ends in `,"jsonrpc":"2.0","id":N}`; no string can end so, because its quotes would be escaped. */
function numberAtEnd(text: string): string | undefined {
  let start = text.length - 1;
  if (text.charCodeAt(start) !== CLOSING_BRACE) return undefined;
  while (isDigit(text.charCodeAt(start - 1))) start -= 1;
  return start < text.length - 1 && text.endsWith(END, start) ? text.slice(start, -1) : undefined;
}

const CLOSING_BRACE = 125;

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function envelopeOf(text: string): Envelope {
  if (text.length <= WINDOW_CHARS) return readEnvelope(text, text);
  return readEnvelope(text.slice(0, WINDOW_CHARS), text.slice(-WINDOW_CHARS));
}

function paramsOf(text: string): WireMap | undefined {
  const params = parseAll(text)[0]?.['params'];
  return isMap(params) ? params : undefined;
}

/** The messages of a line; none of a line that is not JSON. */
function parseAll(text: string): WireMap[] {
  try {
    const value: unknown = JSON.parse(text);
    return (Array.isArray(value) ? value : [value]).filter(isMap);
  } catch {
    return [];
  }
}
