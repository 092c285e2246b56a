/** Sends calls as spans to a collector over OTLP/HTTP with JSON. What cannot be sent is dropped and counted: no call waits. */
import { randomBytes } from 'node:crypto';
import type { Clock, Timer } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';
import { cutName } from '../../kernel/foreign.ts';
import { shownAddress } from '../../kernel/url.ts';
import type { ToolCallTrace } from '../../mcp/types/observer.ts';

export interface OtlpSettings {
  /** Of the collector, such as `http://127.0.0.1:4318`. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly version: string;
}

export interface OtlpParts extends OtlpSettings {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly fetch?: typeof globalThis.fetch;
}

const EVERY_MS = 2_000;
const MAX_WAITING = 4_096;
const MAX_BATCH = 512;
const DEADLINE_MS = 5_000;
/** A collector that is away is told of once in so long. */
const TOLD_EVERY_MS = 60_000;

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string } | { readonly intValue: string };
}

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code: number };
}

/** Of a client and of a server: a router is both, and its calls are made for somebody. */
const KIND_CLIENT = 3;
const STATUS = { ok: 1, error: 2 } as const;

export class OtlpExporter {
  readonly #p: OtlpParts;
  #waiting: Span[] = [];
  #timer: Timer | undefined;
  #sending: Promise<void> | undefined;
  #dropped = 0;
  #toldMs = -TOLD_EVERY_MS;
  #isClosed = false;

  constructor(parts: OtlpParts) {
    this.#p = parts;
  }

  get dropped(): number {
    return this.#dropped;
  }

  add(trace: ToolCallTrace): void {
    if (this.#isClosed) return;
    if (this.#waiting.length >= MAX_WAITING) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(spanOf(trace));
    this.#timer ??= this.#p.clock.after(EVERY_MS, () => this.#flush(), { unref: true });
  }

  /** Sends what waits, once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#sending;
    if (this.#waiting.length > 0) await this.#send(this.#waiting.splice(0, MAX_BATCH));
  }

  #flush(): void {
    this.#timer = undefined;
    if (this.#sending !== undefined) return;
    this.#sending = this.#send(this.#waiting.splice(0, MAX_BATCH)).finally(() => {
      this.#sending = undefined;
      if (this.#waiting.length > 0 && !this.#isClosed) {
        this.#timer ??= this.#p.clock.after(EVERY_MS, () => this.#flush(), { unref: true });
      }
    });
  }

  /** Never rejects. */
  async #send(spans: readonly Span[]): Promise<void> {
    const { endpoint, headers, version, fetch = globalThis.fetch } = this.#p;
    const resource = { attributes: [attribute('service.name', 'mcptui'), attribute('service.version', version)] };
    const body = JSON.stringify({
      resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'mcptui', version }, spans }] }],
    });
    try {
      const response = await fetch(`${endpoint.replace(/\/$/, '')}/v1/traces`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`it answered ${response.status}`);
    } catch (error) {
      this.#dropped += spans.length;
      this.#tell(error);
    }
  }

  #tell(error: unknown): void {
    const { clock, logger, endpoint } = this.#p;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#toldMs < TOLD_EVERY_MS) return;
    this.#toldMs = nowMs;
    logger.warn(
      { collector: shownAddress(endpoint), error: messageOf(error), dropped: this.#dropped },
      'spans could not be sent',
    );
  }
}

/** Attributes by the semantic conventions of OpenTelemetry for MCP; `mcptui.` for what these do not know. */
function spanOf(trace: ToolCallTrace): Span {
  const { startedAt, durationMs, outcome, server, tool } = trace;
  const isError = outcome !== 'ok';
  const optional: readonly (readonly [string, string | undefined])[] = [
    ['mcptui.agent', trace.agent],
    ['mcptui.personality', trace.personality],
    ['mcptui.subject', trace.subject ?? trace.operator],
    ['mcptui.instance', trace.instanceId],
    ['error.type', isError ? outcome : undefined],
  ];
  return {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    name: `tools/call ${cutName(tool)}`,
    kind: KIND_CLIENT,
    startTimeUnixNano: nanos(startedAt),
    endTimeUnixNano: nanos(startedAt + durationMs),
    attributes: [
      attribute('mcp.method.name', 'tools/call'),
      attribute('mcp.session.id', trace.sessionId),
      attribute('gen_ai.operation.name', 'execute_tool'),
      attribute('gen_ai.tool.name', cutName(tool)),
      attribute('mcptui.server', server),
      attribute('mcptui.project', trace.project),
      attribute('mcptui.client', cutName(trace.client)),
      attribute('mcptui.request.bytes', trace.requestBytes),
      attribute('mcptui.response.bytes', trace.responseBytes),
      ...optional.flatMap(([key, value]) => (value === undefined ? [] : [attribute(key, value)])),
    ],
    status: { code: isError ? STATUS.error : STATUS.ok },
  };
}

function attribute(key: string, value: string | number): Attribute {
  return { key, value: typeof value === 'number' ? { intValue: String(Math.round(value)) } : { stringValue: value } };
}

/** A double has no room for nanoseconds since 1970. */
function nanos(ms: number): string {
  return String(BigInt(Math.round(ms * 1000)) * 1000n);
}
