/** Judges what an answer consists of: `jsonrpc`, `id`, and one of `result` and `error`, where null is absent. Pure. */
import { cutText } from '../foreign.ts';
import type { Span } from './json-source.ts';

/** The member that is the answer; the span is its value's. */
export interface AnswerBody extends Span {
  readonly key: 'result' | 'error';
}

/** One member of an answer's top level. */
export interface AnswerMember extends Span {
  readonly key: string;
  readonly type: 'object' | 'null' | 'other';
}

const ENVELOPE: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'result', 'error']);

/** The answer's body, or why it is none, in words that follow "its answer is invalid". */
export function bodyOf(members: readonly AnswerMember[]): AnswerBody | string {
  const byKey = new Map<string, AnswerMember>();
  for (const member of members) {
    if (!ENVELOPE.has(member.key)) return `it has a member ${JSON.stringify(cutText(member.key, 60))}`;
    if (byKey.has(member.key)) return `it has ${JSON.stringify(member.key)} twice`;
    byKey.set(member.key, member);
  }
  const result = present(byKey.get('result'));
  const error = present(byKey.get('error'));
  if (result !== undefined && error !== undefined) return 'it has both a result and an error';
  if (error !== undefined) {
    return error.type === 'object' ? { key: 'error', start: error.start, end: error.end } : 'its error is no object';
  }
  return result === undefined
    ? 'it has neither a result nor an error'
    : { key: 'result', start: result.start, end: result.end };
}

function present(member: AnswerMember | undefined): AnswerMember | undefined {
  return member?.type === 'null' ? undefined : member;
}

/** What kind of value a parsed one is to `bodyOf`. */
export function typeOf(value: unknown): AnswerMember['type'] {
  if (value === null) return 'null';
  return typeof value === 'object' && !Array.isArray(value) ? 'object' : 'other';
}
