/** Arguments that a server of 2026-07-28 wants repeated in HTTP headers (`x-mcp-header` in a tool's schema). */
import { parseLarge, resultAnswer } from '../../wire/answers.ts';
import { isMap, mapAt, mapsAt, stringAt, type WireMap } from '../../wire/message.ts';
import type { Answer } from '../../wire/outcome.ts';
import type { PendingCall } from '../upstream.ts';
import { headerValue } from './modern-wire.ts';

const KEY = 'x-mcp-header';
const MARK = Buffer.from(`"${KEY}"`);
/** Deeper than any schema that people write. */
const MAX_DEPTH = 64;
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
const PRIMITIVES: ReadonlySet<unknown> = new Set(['string', 'integer', 'boolean']);

interface Declaration {
  readonly path: readonly string[];
  readonly header: string;
}

export class ParamHeaders {
  #byTool = new Map<string, readonly Declaration[]>();

  /** Learns from the answer to a `tools/list`, and takes out of it the tools whose schema breaks the rules. */
  watch(call: PendingCall): PendingCall {
    return {
      sessionId: call.sessionId,
      requestId: call.requestId,
      isProbe: call.isProbe,
      capabilities: call.capabilities,
      progress: (params) => call.progress(params),
      settle: (answer) => call.settle(this.#learned(answer)),
    };
  }

  /** Of a request as it is sent. */
  of(message: WireMap): Readonly<Record<string, string>> {
    if (message['method'] !== 'tools/call') return {};
    const declarations = this.#byTool.get(stringAt(message['params'], 'name') ?? '') ?? [];
    const args = mapAt(message['params'], 'arguments');
    return Object.fromEntries(
      declarations.flatMap(({ path, header }) => {
        const text = primitive(valueAt(args, path));
        return text === undefined ? [] : [[`mcp-param-${header.toLowerCase()}`, headerValue(text)]];
      }),
    );
  }

  #learned(answer: Answer): Answer {
    if (answer.kind === 'failed') return answer;
    if (answer.kind === 'large' && !answer.parts.some((part) => part.includes(MARK))) return answer;
    if (answer.kind === 'small' && !answer.text.includes(KEY)) return answer;
    const message = answer.kind === 'small' ? answer.message : parseLarge(answer);
    const result = mapAt(message, 'result');
    if (result === undefined) return answer;
    const good = mapsAt(result, 'tools').filter((tool) => this.#learn(tool));
    return resultAnswer({ ...result, tools: good });
  }

  /** False for a tool that no client may offer. */
  #learn(tool: WireMap): boolean {
    const found: Declaration[] = [];
    if (!collect(tool['inputSchema'], [], true, found)) return false;
    const names = new Set(found.map(({ header }) => header.toLowerCase()));
    if (names.size < found.length) return false;
    this.#byTool.set(stringAt(tool, 'name') ?? '', found);
    return true;
  }
}

/** False when a declaration stands where none may, or is none. Only chains of `properties` lead to a place that counts. */
function collect(schema: unknown, path: readonly string[], isReachable: boolean, found: Declaration[]): boolean {
  if (path.length > MAX_DEPTH) return false;
  if (Array.isArray(schema)) return schema.every((one) => collect(one, [...path, '*'], false, found));
  if (!isMap(schema)) return true;
  if (KEY in schema) {
    const header = schema[KEY];
    if (!isReachable || path.length === 0 || typeof header !== 'string' || !TOKEN.test(header)) return false;
    if (!PRIMITIVES.has(schema['type'])) return false;
    found.push({ path, header });
  }
  return Object.entries(schema).every(([keyword, value]) => {
    if (keyword !== 'properties') {
      // Values and examples are data, whatever they look like.
      return /^(?:default|const|enum|examples)$/.test(keyword) || collect(value, [...path, keyword], false, found);
    }
    return (
      !isMap(value) || Object.entries(value).every(([name, one]) => collect(one, [...path, name], isReachable, found))
    );
  });
}

function valueAt(args: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    args,
  );
}

function primitive(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return `${value}`;
  const isExact =
    typeof value === 'number' && Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
  return isExact ? `${value}` : undefined;
}
