/** Asks one model over HTTP: bounded in time and size, at addresses that may be asked, and with every end as data. */
import type { Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import { tokensOf } from '../../kernel/tokens.ts';
import { checkedUrl } from '../../kernel/url.ts';
import { HttpClient, isLoopbackUrl, readBody, RemoteFailure, retryAfterMs } from '../../mcp/index.ts';
import type { ProxyEnv } from '../../mcp/types/connection.ts';
import type { Model } from '../../store/schema/model.ts';
import { resolveRef } from '../secrets/resolver.ts';
import type { SecretBackends } from '../secrets/secret-source.ts';
import type { Masker } from '../secrets/masker.ts';
import type { ModelFailure, ModelOutcome, ModelRequest, ReachableModel } from './types.ts';
import { bearerOf, wireFormats } from './wire-formats.ts';

/** Of an answer. What is asked for has some hundred tokens. */
const MAX_ANSWER_BYTES = 1024 * 1024;
/** Of an error's body that is told. */
const MAX_WORDS = 200;

export interface ModelClientParts {
  readonly clock: Clock;
  readonly secrets: SecretBackends;
  readonly masker: Masker;
  readonly proxyEnv: ProxyEnv;
}

interface Failed {
  readonly ok: false;
  readonly failure: ModelFailure;
}

/** What a look at it found. */
export type Look = { readonly ok: true } | Failed;

export class ModelClient {
  readonly #p: ModelClientParts;
  /** By whether it may use private addresses. */
  readonly #clients = new Map<boolean, HttpClient>();

  constructor(parts: ModelClientParts) {
    this.#p = parts;
  }

  /** Never rejects. Known secrets are masked in what is sent. */
  ask(model: ReachableModel, request: ModelRequest, signal?: AbortSignal): Promise<ModelOutcome> {
    return this.#within(model, model.timeoutMs, signal, (key, ended) => this.#exchange(model, key, request, ended));
  }

  /** Whether it lists its models: JSON with status 200, where it is looked for. Never rejects. */
  look(model: ReachableModel, timeoutMs: number, signal?: AbortSignal): Promise<Look> {
    return this.#within<Look>(model, timeoutMs, signal, async (key, ended) => {
      const url = checkedUrl(`${model.url}/models`);
      const headers = { accept: 'application/json', ...bearerOf(key) };
      const exchange = { method: 'GET', url, headers, signal: ended, isFollowing: false } as const;
      const response = await this.#clientFor(model, url).request(exchange);
      const read = await readBody(response, MAX_ANSWER_BYTES);
      if (read.kind === 'oversize') return failure('garbage', 'it answered with over 1 MiB');
      const text = Buffer.concat(read.parts).toString('utf8');
      const status = response.statusCode ?? 0;
      if (status !== 200) return { ok: false, failure: this.#refusal(status, text, response.headers) };
      return isJson(text) ? { ok: true } : failure('garbage', 'its answer is no JSON');
    });
  }

  async #within<T>(
    model: Model,
    ms: number,
    signal: AbortSignal | undefined,
    work: (key: string | undefined, ended: AbortSignal) => Promise<T>,
  ): Promise<T | Failed> {
    const ended = new AbortController();
    const timer = this.#p.clock.after(ms, () => ended.abort(), { unref: true });
    const stop = (): void => ended.abort();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const key = await this.#key(model);
      if ('failure' in key) return { ok: false, failure: key.failure };
      return await work(key.value, ended.signal);
    } catch (error) {
      if (ended.signal.aborted) return failure('late', `no answer within ${ms / 1_000} s`);
      return failure('down', this.#p.masker.mask(error instanceof RemoteFailure ? error.message : messageOf(error)));
    } finally {
      timer.cancel();
      signal?.removeEventListener('abort', stop);
    }
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }

  async #exchange(
    model: ReachableModel,
    key: string | undefined,
    request: ModelRequest,
    signal: AbortSignal,
  ): Promise<ModelOutcome> {
    const { masker } = this.#p;
    const format = wireFormats[model.kind];
    const masked = { ...request, instructions: masker.mask(request.instructions), input: masker.mask(request.input) };
    const { path, headers, body } = format.request(model.model, key, masked);
    const url = checkedUrl(`${model.url.replace(/\/$/, '')}${path}`);
    const response = await this.#clientFor(model, url).request({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: JSON.stringify(body),
      signal,
    });
    const read = await readBody(response, MAX_ANSWER_BYTES);
    if (read.kind === 'oversize') return failure('garbage', 'it answered with over 1 MiB');
    const text = Buffer.concat(read.parts).toString('utf8');
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) return { ok: false, failure: this.#refusal(status, text, response.headers) };
    const answer = format.read(objectOf(text));
    if (answer === undefined) return failure('garbage', 'its answer is not the JSON that was asked for');
    // Of one that does not say what it used, that is estimated: a bound that never counts is none.
    const { value, tokensIn, tokensOut } = answer;
    const counted = {
      value,
      tokensIn: tokensIn || tokensOf(masked.instructions) + tokensOf(masked.input),
      tokensOut: tokensOut || tokensOf(JSON.stringify(value)),
    };
    return { ok: true, answer: counted };
  }

  #refusal(status: number, text: string, headers: Readonly<Record<string, unknown>>): ModelFailure {
    const words = this.#p.masker.mask(text).replace(/\s+/g, ' ').slice(0, MAX_WORDS);
    const reason = `HTTP ${status}${words === '' ? '' : `: ${words}`}`;
    if (status !== 429 && status !== 503) return { kind: status >= 500 ? 'down' : 'refused', reason };
    const header = headers['retry-after'];
    const after = retryAfterMs(typeof header === 'string' ? header : undefined, this.#p.clock.now());
    return { kind: 'busy', reason, ...(after === undefined ? {} : { retryAfterMs: after }) };
  }

  async #key({ key }: Model): Promise<{ readonly value: string | undefined } | { readonly failure: ModelFailure }> {
    if (key === undefined) return { value: undefined };
    const resolved = await resolveRef(this.#p.secrets, key);
    const name = `${key.backend}/${key.path}`;
    if (!resolved.ok) return { failure: { kind: 'secret', reason: `secret ${name}: ${resolved.cause}` } };
    this.#p.masker.learn(name, resolved.value);
    return { value: resolved.value };
  }

  /** This machine's own addresses are the usual place of a model. */
  #clientFor({ allowPrivate }: Model, url: URL): HttpClient {
    const isAllowed = allowPrivate || isLoopbackUrl(url);
    let client = this.#clients.get(isAllowed);
    if (client === undefined) {
      const { clock, proxyEnv } = this.#p;
      client = new HttpClient({ clock, allowPrivate: isAllowed, allowHttp: allowPrivate, proxyEnv });
      this.#clients.set(isAllowed, client);
    }
    return client;
  }
}

function failure(kind: ModelFailure['kind'], reason: string): Failed {
  return { ok: false, failure: { kind, reason } };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function objectOf(text: string): JsonObject {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
  } catch {
    return {};
  }
}
