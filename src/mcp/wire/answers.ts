/** Makes the answers that calls are settled with: short ones parsed, long ones as the bytes that came. */
import type { AnswerBody } from './answer-body.ts';
import type { AnswerScan, ResultMember } from './answer-scan.ts';
import { sliceParts } from './envelope.ts';
import { decodeParts } from './framing.ts';
import { isMap, type WireMap } from './message.ts';
import type { Answer } from './outcome.ts';

type Small = Extract<Answer, { readonly kind: 'small' }>;
type Large = Extract<Answer, { readonly kind: 'large' }>;

/** Makes an answer of a parsed message; the other one of `result` and `error`, which may be null, is removed. */
export function smallAnswer(message: WireMap, text: string, { key, start, end }: AnswerBody): Small {
  delete message[key === 'result' ? 'error' : 'result'];
  return { kind: 'small', text, message, isError: key === 'error', bodyText: text.slice(start, end) };
}

/** Of a result that the router makes itself, or makes of one that came. `resultText` is its JSON. */
export function resultAnswer(result: WireMap, resultText = JSON.stringify(result)): Small {
  const message = { jsonrpc: '2.0', result };
  return { kind: 'small', text: resultText, message, isError: false, bodyText: resultText };
}

/** Characters of a result that are parsed at once. */
const MAX_PARSED = 64 * 1024;

/** Of the JSON of a result that the router was given in the place of another; a long one stays bytes. */
export function givenAnswer(resultText: string): Small | Large {
  if (resultText.length <= MAX_PARSED) return resultAnswer(JSON.parse(resultText) as WireMap, resultText);
  const body = Buffer.from(resultText);
  const withEnd = (end: string): readonly Buffer[] => [Buffer.from('{"result":'), body, Buffer.from(end)];
  const parts = withEnd(',"jsonrpc":"2.0"}');
  return {
    kind: 'large',
    parts,
    bytes: parts.reduce((sum, { length }) => sum + length, 0),
    isError: false,
    isToolError: false,
    resultType: undefined,
    withId: (idText) => withEnd(`,"jsonrpc":"2.0","id":${idText}}`),
  };
}

/** Of a message that was scanned to its end and is valid. */
export function largeAnswer(parts: readonly Buffer[], bytes: number, scan: AnswerScan, body: AnswerBody): Large {
  const { inResult } = scan;
  const wordOf = (name: string): string | undefined => {
    const member = inResult.findLast(({ key }) => key === name);
    return member === undefined ? undefined : textAt(parts, member.start, Math.min(member.end, member.start + 64));
  };
  return {
    kind: 'large',
    parts,
    bytes,
    isError: body.key === 'error',
    isToolError: wordOf('isError') === 'true',
    resultType: wordOf('resultType'),
    withId: (idText) => [
      Buffer.from(`{"${body.key}":`),
      ...without(parts, body, inResult),
      Buffer.from(`,"jsonrpc":"2.0","id":${idText}}`),
    ],
  };
}

/** A `resultType` is between the router and the server: agents of later revisions get the router's own. */
function without(parts: readonly Buffer[], { start, end }: AnswerBody, inResult: readonly ResultMember[]): Buffer[] {
  const out: Buffer[] = [];
  let from = start;
  for (const { key, cutStart, cutEnd } of inResult) {
    if (key !== 'resultType') continue;
    for (const part of sliceParts(parts, from, Math.max(from, cutStart))) out.push(part);
    from = Math.max(from, cutEnd);
  }
  for (const part of sliceParts(parts, from, end)) out.push(part);
  return out;
}

/** Bytes [start, end) as text. */
export function textAt(parts: readonly Buffer[], start: number, end: number): string {
  return decodeParts(sliceParts(parts, start, end), end - start);
}

/** The whole message of a long answer, parsed: for the router's own requests and for URIs that must be mapped. */
export function parseLarge(answer: Pick<Large, 'parts' | 'bytes'>): WireMap {
  const message: unknown = JSON.parse(decodeParts(answer.parts, answer.bytes));
  return isMap(message) ? message : {};
}
