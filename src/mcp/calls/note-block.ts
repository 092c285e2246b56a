/** Adds what a session is to be told to the result of a tool as it was written; everything else in it stays as it is. */
import type { Session } from '../downstream/session.ts';
import { decodeParts } from '../wire/framing.ts';
import { endOfValue, membersOf, skipSpace } from '../wire/json-source.ts';
import type { Answer } from '../wire/outcome.ts';
import type { ToolCall } from './tool-call.ts';

type Large = Extract<Answer, { readonly kind: 'large' }>;

/** A longer answer is not taken apart for a note, which waits for the next one. */
const MAX_BYTES = 1024 * 1024;

/** The JSON of the result with the session's note in it, which is told then; the same text when there is none or it cannot. */
export function withNote(session: Session, call: ToolCall | undefined, result: string): string {
  const { note } = session;
  if (note === undefined || hasSchema(call)) return result;
  const noted = withTextBlock(result, note);
  if (noted === undefined) return result;
  session.note = undefined;
  return noted;
}

/** The same of an answer that is kept as bytes; undefined when it is to stay so. */
export function withNoteInLarge(session: Session, call: ToolCall | undefined, answer: Large): string | undefined {
  if (session.note === undefined || hasSchema(call)) return undefined;
  if (answer.isError || answer.bytes > MAX_BYTES || answer.resultType !== undefined) return undefined;
  const text = decodeParts(answer.parts, answer.bytes);
  const result = membersOf(text)?.find(({ key }) => key === 'result');
  if (result === undefined) return undefined;
  const written = text.slice(result.start, result.end);
  const noted = withNote(session, call, written);
  return noted === written ? undefined : noted;
}

/** What has a schema of its answer is read by a program. */
function hasSchema(call: ToolCall | undefined): boolean {
  return call === undefined || call.definition?.['outputSchema'] !== undefined;
}

/**
 * The JSON of the result with a text block behind its content. Undefined when the result must stay as it is: it has
 * `structuredContent`, which speaks for itself, or no content that a block could join.
 */
export function withTextBlock(result: string, text: string): string | undefined {
  const members = membersOf(result);
  if (members === undefined || members.some(({ key }) => key === 'structuredContent')) return undefined;
  const content = members.filter(({ key }) => key === 'content');
  const [span] = content;
  if (span === undefined || content.length > 1 || result[span.start] !== '[') return undefined;
  if (endOfValue(result, span.start) !== span.end) return undefined;
  const isEmpty = skipSpace(result, span.start + 1) === span.end - 1;
  const block = JSON.stringify({ type: 'text', text });
  return `${result.slice(0, span.end - 1)}${isEmpty ? '' : ','}${block}${result.slice(span.end - 1)}`;
}
