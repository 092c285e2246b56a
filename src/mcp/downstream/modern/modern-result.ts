/** Answers as 2026-07-28 wants them: the agent's own id, a `resultType`, and how long a list may be kept. Pure. */
import { parseForeign } from '../../../kernel/foreign.ts';
import { decodeParts } from '../../wire/framing.ts';
import { keepSource, membersOf, stringifySourced } from '../../wire/json-source.ts';
import { isMap, mapAt, type WireMap } from '../../wire/message.ts';
import { resultLine, RPC } from '../../wire/rpc-errors.ts';
import { CACHED_METHODS, META, MODERN_METHODS, MODERN_RPC } from '../../eras/modern.ts';

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

/** How the router begins a long answer that it passes on. */
const LONG_HEAD = '{"result":';
const BRACE = 123;
const QUOTE = 34;

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

/** The members of the result stand as they were written, but for those that this revision wants to be the router's. */
function rebuilt(text: string, { method, idText, serverInfo, uri }: AnswerContext): ModernAnswer {
  const { error, result } = parseForeign(text) as WireMap;
  if (isMap(error)) {
    const isUnfound = error['code'] === RPC.resourceNotFound;
    const own = isUnfound ? { ...error, code: RPC.invalidParams, data: { uri, ...mapAt(error, 'data') } } : error;
    return { message: errorText(idText, own), status: statusOf(own, method) };
  }
  const own = isMap(result) ? result : {};
  const at = membersOf(text)?.findLast(({ key }) => key === 'result');
  if (at !== undefined) keepSource(own, text, membersOf(text, at.start) ?? []);
  const { resultType: _, _meta: meta, ...rest } = own;
  const cached = CACHED_METHODS.has(method) ? { ttlMs: ttlMs(method), cacheScope: 'private' } : {};
  const _meta = { [META.serverInfo]: serverInfo, ...(isMap(meta) ? meta : {}) };
  const whole = stringifySourced({ resultType: 'complete', ...cached, ...rest, _meta });
  return { message: resultLine(idText, whole), status: 200 };
}

function errorText(idText: string, error: WireMap): string {
  return `{"jsonrpc":"2.0","id":${idText},"error":${JSON.stringify(error)}}`;
}

/** What a request lacks, and what nobody knows, HTTP says too; all else is between the agent and the server. */
function statusOf({ code }: WireMap, method: string): number {
  if (code === MODERN_RPC.missingCapability) return 400;
  return code === RPC.methodNotFound && !MODERN_METHODS.has(method) ? 404 : 200;
}

/** A long answer with the members put in at its beginning and the agent's id at its end; undefined when it is not as expected. */
function spliced(parts: readonly Buffer[], { method, innerIdText, idText }: AnswerContext): Buffer[] | undefined {
  const [first, second] = parts;
  const isExpected =
    first?.toString('latin1') === LONG_HEAD &&
    parts.at(-1)?.toString('latin1') === `,"jsonrpc":"2.0","id":${innerIdText}}` &&
    second?.[0] === BRACE &&
    second[1] === QUOTE;
  if (!isExpected) return undefined;
  return [
    Buffer.from(`${LONG_HEAD}{${added(method)},`),
    second.subarray(1),
    ...parts.slice(2, -1),
    Buffer.from(`,"jsonrpc":"2.0","id":${idText}}`),
  ];
}

function joined(parts: readonly Buffer[]): string {
  return decodeParts(
    parts,
    parts.reduce((sum, part) => sum + part.length, 0),
  );
}
