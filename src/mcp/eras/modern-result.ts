/** Answers as 2026-07-28 wants them: the agent's own id, a `resultType`, and how long a list may be kept. Pure. */
import { decodeParts } from '../framing.ts';
import { isMap, mapAt, type WireMap } from '../message.ts';
import { RPC } from '../rpc-errors.ts';
import { CACHED_METHODS, META, MODERN_METHODS, MODERN_RPC } from './modern.ts';

/** Lists change with the servers behind them; a client that listens is told at once. */
const LIST_TTL_MS = 10_000;

export interface AnswerContext {
  readonly method: string;
  /** JSON of the id under which the session has answered. */
  readonly innerIdText: string;
  /** JSON of the agent's id. */
  readonly idText: string;
  readonly serverInfo: object;
  /** Of `resources/read`. */
  readonly uri: string | undefined;
}

export interface ModernAnswer {
  readonly message: string | readonly Buffer[];
  /** What HTTP says with it. */
  readonly status: number;
}

/** The envelope of a long answer, as the router writes it: nothing but scalars before the result, the id at the very end. */
const LONG_HEAD = /^\s*\{(?:\s*"(?:jsonrpc|id)"\s*:\s*(?:"[^"\\]*"|-?\d+)\s*,)*\s*"result"\s*:\s*\{/;
const HEAD_BYTES = 512;

export function modernAnswer(answer: string | readonly Buffer[], context: AnswerContext): ModernAnswer {
  if (typeof answer !== 'string') {
    return { message: spliced(answer, context) ?? rebuilt(joined(answer), context).message, status: 200 };
  }
  const start = `{"jsonrpc":"2.0","id":${context.innerIdText},"result":{`;
  // Long texts are lists of the router's own making, which begin like this.
  if (answer.length > 8 * 1024 && answer.startsWith(start)) {
    const head = `{"jsonrpc":"2.0","id":${context.idText},"result":{${added(context.method)},`;
    return { message: head + answer.slice(start.length), status: 200 };
  }
  return rebuilt(answer, context);
}

/** The members that every result of this method has. */
function added(method: string): string {
  const cached = CACHED_METHODS.has(method) ? `,"ttlMs":${ttlMs(method)},"cacheScope":"private"` : '';
  return `"resultType":"complete"${cached}`;
}

/** What is read may change at any moment, and nobody need say so. */
function ttlMs(method: string): number {
  return method === 'resources/read' ? 0 : LIST_TTL_MS;
}

function rebuilt(text: string, { method, idText, serverInfo, uri }: AnswerContext): ModernAnswer {
  const { error, result } = JSON.parse(text) as WireMap;
  if (isMap(error)) {
    const isUnfound = error['code'] === RPC.resourceNotFound;
    const own = isUnfound ? { ...error, code: RPC.invalidParams, data: { uri, ...mapAt(error, 'data') } } : error;
    return {
      message: `{"jsonrpc":"2.0","id":${idText},"error":${JSON.stringify(own)}}`,
      status: statusOf(own, method),
    };
  }
  const own = isMap(result) ? result : {};
  const cached = CACHED_METHODS.has(method) ? { ttlMs: ttlMs(method), cacheScope: 'private' } : {};
  const meta = isMap(own['_meta']) ? own['_meta'] : {};
  const _meta = { [META.serverInfo]: serverInfo, ...meta };
  const whole = JSON.stringify({ resultType: 'complete', ...cached, ...own, _meta });
  return { message: `{"jsonrpc":"2.0","id":${idText},"result":${whole}}`, status: 200 };
}

/** What a request lacks, and what nobody knows, HTTP says too; all else is between the agent and the server. */
function statusOf({ code }: WireMap, method: string): number {
  if (code === MODERN_RPC.missingCapability) return 400;
  return code === RPC.methodNotFound && !MODERN_METHODS.has(method) ? 404 : 200;
}

/** A long answer with the members put in at its beginning and the agent's id at its end; undefined when it is not as expected. */
function spliced(parts: readonly Buffer[], { method, innerIdText, idText }: AnswerContext): Buffer[] | undefined {
  const [first] = parts;
  const last = parts.at(-1);
  const tail = `"id":${innerIdText}}`;
  if (first === undefined || last === undefined || first === last) return undefined;
  const match = LONG_HEAD.exec(first.toString('latin1', 0, HEAD_BYTES));
  if (match === null || !last.toString('latin1').endsWith(tail)) return undefined;
  const at = match[0].length;
  return [
    first.subarray(0, at),
    Buffer.from(`${added(method)},`),
    first.subarray(at),
    ...parts.slice(1, -1),
    last.subarray(0, last.length - tail.length),
    Buffer.from(`"id":${idText}}`),
  ];
}

function joined(parts: readonly Buffer[]): string {
  return decodeParts(
    parts,
    parts.reduce((sum, part) => sum + part.length, 0),
  );
}
