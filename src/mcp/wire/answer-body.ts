/** Judges what an answer consists of: `jsonrpc`, `id`, and one of `result` and `error`, where null is absent. Pure. */
import { cutText } from '../../kernel/foreign.ts';
import type { Member, Span } from './json-source.ts';

/** The member that is the answer; the span is its value's. */
export interface AnswerBody extends Span {
  readonly key: 'result' | 'error';
}

/** One member of an answer's top level. */
export interface AnswerMember extends Span {
  readonly key: string;
  readonly type: 'object' | 'null' | 'other';
}

/** The answer's body, or why it is none, in words that follow "sent an invalid answer". */
export function bodyOf(members: readonly AnswerMember[]): AnswerBody | string {
  let version: AnswerMember | undefined;
  let id: AnswerMember | undefined;
  let result: AnswerMember | undefined;
  let error: AnswerMember | undefined;
  for (const member of members) {
    const { key } = member;
    let isTwin: boolean;
    if (key === 'result') {
      isTwin = result !== undefined;
      result = member;
    } else if (key === 'error') {
      isTwin = error !== undefined;
      error = member;
    } else if (key === 'id') {
      isTwin = id !== undefined;
      id = member;
    } else if (key === 'jsonrpc') {
      isTwin = version !== undefined;
      version = member;
    } else return `it has a member ${JSON.stringify(cutText(key, 60))}`;
    if (isTwin) return `it has ${JSON.stringify(key)} twice`;
  }
  if (result?.type === 'null') result = undefined;
  if (error?.type === 'null') error = undefined;
  if (result !== undefined && error !== undefined) return 'it has both a result and an error';
  if (error !== undefined) {
    return error.type === 'object' ? { key: 'error', start: error.start, end: error.end } : 'its error is no object';
  }
  if (result === undefined) return 'it has neither a result nor an error';
  return { key: 'result', start: result.start, end: result.end };
}

/** The same of a message that was read. */
export function bodyOfRead(text: string, members: readonly Member[]): AnswerBody | string {
  return bodyOf(members.map(({ key, start, end }) => ({ key, start, end, type: typeAt(text, start) })));
}

function typeAt(text: string, start: number): AnswerMember['type'] {
  const first = text.charCodeAt(start);
  return first === BRACE ? 'object' : first === N ? 'null' : 'other';
}

const BRACE = 123;
const N = 110;
