/** Shows the answer of a tool in a reader's words. Text is as the server sent it: whoever shows it cleans it. Pure. */
import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '../kernel/errors.ts';
import type { Json } from '../kernel/json.ts';
import { bytesText } from './format.ts';

type Fields = Readonly<Record<string, unknown>>;

export type CallResult =
  /** `isError`: the tool itself reports a failure. */
  | { readonly kind: 'result'; readonly isError: boolean; readonly value: Json }
  /** A JSON-RPC error of the server. */
  | { readonly kind: 'error'; readonly message: string; readonly value: Json };

export interface ResultPart {
  readonly tone: 'plain' | 'strong' | 'dim' | 'bad' | 'accent';
  /** May have many lines. */
  readonly text: string;
}

/** Never throws: what is no JSON-RPC answer is told as an error. */
export function readAnswer(answer: string): CallResult {
  let message: unknown;
  try {
    message = JSON.parse(answer);
  } catch (error) {
    return { kind: 'error', message: `the answer is no JSON: ${messageOf(error)}`, value: answer };
  }
  if (!isFields(message)) return { kind: 'error', message: 'the answer is no object', value: message as Json };
  const { result, error } = message;
  if (error !== undefined) {
    const { code, message: told } = isFields(error) ? error : {};
    const numbered = typeof code === 'number' ? `error ${code}` : 'error';
    return { kind: 'error', message: `${numbered}: ${textOf(told) ?? 'no message'}`, value: error as Json };
  }
  return { kind: 'result', isError: isFields(result) && result['isError'] === true, value: (result ?? null) as Json };
}

export function renderedParts(result: CallResult): readonly ResultPart[] {
  if (result.kind === 'error') {
    const data = isFields(result.value) ? result.value['data'] : undefined;
    return [bad(result.message), ...(data === undefined ? [] : [plain(pretty(data))])];
  }
  const { value, isError } = result;
  if (!isFields(value)) return [bad('the result is no object'), plain(pretty(value))];
  const head = isError ? [bad('The tool reports a failure (isError).')] : [];
  const structured = value['structuredContent'];
  const content = Array.isArray(value['content']) ? (value['content'] as readonly unknown[]) : [];
  // Servers repeat structured content as text, for clients that do not know it.
  const shown = content.filter((block) => structured === undefined || !repeats(block, structured));
  const parts = shown.flatMap((block) => blockParts(block, isError));
  if (structured !== undefined) parts.push(label('structured content'), plain(pretty(structured)));
  if (parts.length === 0) parts.push(dim('(an empty result)'));
  return [...head, ...parts];
}

function blockParts(block: unknown, isError: boolean): ResultPart[] {
  if (!isFields(block)) return [label('unknown content'), plain(pretty(block))];
  const { type } = block;
  switch (type) {
    case 'text':
      return [{ tone: isError ? 'bad' : 'plain', text: textOf(block['text']) ?? '' }];
    case 'image':
    case 'audio':
      return [label(`${type} ${textOf(block['mimeType']) ?? 'of unknown type'} ${sizeOf(block['data'])}`)];
    case 'resource_link': {
      const size = typeof block['size'] === 'number' ? bytesText(block['size']) : undefined;
      const about = [block['name'], block['mimeType'], size, block['description']].flatMap(
        (part) => textOf(part) ?? [],
      );
      return [
        { tone: 'accent', text: `→ ${textOf(block['uri']) ?? '?'}` },
        ...(about.length === 0 ? [] : [dim(`  ${about.join(' · ')}`)]),
      ];
    }
    case 'resource':
      return resourceParts(block['resource']);
    default:
      return [label(textOf(type) ?? 'unknown content'), plain(pretty(block))];
  }
}

function resourceParts(resource: unknown): ResultPart[] {
  if (!isFields(resource)) return [label('resource'), plain(pretty(resource))];
  const text = textOf(resource['text']);
  const blob = resource['blob'] === undefined ? '' : ` ${sizeOf(resource['blob'])}`;
  const head = label(
    `resource ${textOf(resource['uri']) ?? '?'} ${textOf(resource['mimeType']) ?? ''}${blob}`.trimEnd(),
  );
  return text === undefined ? [head] : [head, plain(text)];
}

function repeats(block: unknown, structured: unknown): boolean {
  if (!isFields(block) || block['type'] !== 'text') return false;
  const text = textOf(block['text'])?.trim() ?? '';
  if (!/^[[{]/.test(text)) return false;
  try {
    return isDeepStrictEqual(JSON.parse(text), structured);
  } catch {
    return false;
  }
}

/** Of base64 text. */
function sizeOf(data: unknown): string {
  if (typeof data !== 'string') return 'without data';
  const padding = data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0;
  return bytesText(Math.floor(((data.length - padding) * 3) / 4));
}

const plain = (text: string): ResultPart => ({ tone: 'plain', text });
const bad = (text: string): ResultPart => ({ tone: 'bad', text });
const dim = (text: string): ResultPart => ({ tone: 'dim', text });
const label = (text: string): ResultPart => ({ tone: 'strong', text: `[${text}]` });

export function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? 'undefined';
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
