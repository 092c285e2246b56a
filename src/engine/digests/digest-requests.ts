/** Asks a model what a prompt is about, and reads its answers: data from outside, of which nothing counts that breaks a limit. Pure. */
import type { JsonObject } from '../../kernel/json.ts';
import { MAX_TITLE } from '../../kernel/markdown-lines.ts';
import { MAX_SUMMARY, type Chapter } from '../content/summary.ts';
import { bad, memberOf, objectOf, readLine, type Read } from '../models/answer-lines.ts';
import type { ModelRequest } from '../models/types.ts';

/** Characters of a text that a summary is made of: its begin. */
const MAX_READ_CHARS = 24_000;
export const MAX_MADE_CHAPTERS = 24;

/** `body`: known secret values are masked in it. */
export function summaryRequest(instructions: string, body: string, headings: readonly Chapter[]): ModelRequest {
  const text = body.slice(0, MAX_READ_CHARS);
  // Of what is not sent, the headings say something.
  const more = text.length < body.length ? { headings: headings.map(({ title }) => title) } : {};
  return {
    instructions,
    // JSON: what stands in a text cannot end it.
    input: JSON.stringify({ text, ...more }),
    schema: objectOf({ summary: { type: 'string' } }),
    maxTokens: 200,
  };
}

export function chaptersRequest(instructions: string, lines: readonly string[]): ModelRequest {
  // No bounds of numbers and lengths: not every API takes them in a schema.
  const chapter = objectOf({ line: { type: 'integer' }, title: { type: 'string' } });
  return {
    instructions,
    input: JSON.stringify({ lines: lines.map((line, at) => `${at + 1}: ${line}`) }),
    schema: objectOf({ chapters: { type: 'array', maxItems: MAX_MADE_CHAPTERS, items: chapter } }),
    maxTokens: 1_500,
  };
}

export function readSummary(answer: JsonObject): Read<string> {
  return readLine(memberOf(answer, 'summary'), MAX_SUMMARY, 'its summary');
}

/** In order, none overlapping: all lines of the text. `lines`: how many it has. */
export function readChapters(answer: JsonObject, lines: number): Read<readonly Chapter[]> {
  const list = memberOf(answer, 'chapters');
  if (!Array.isArray(list) || list.length === 0) return bad('it gave no chapters');
  if (list.length > MAX_MADE_CHAPTERS) {
    return bad(`it gave ${list.length} chapters, and ${MAX_MADE_CHAPTERS} are the most`);
  }
  const starts: { readonly title: string; readonly from: number }[] = [];
  let before = 0;
  for (const item of list) {
    const [line, title] = [memberOf(item, 'line'), memberOf(item, 'title')];
    if (typeof line !== 'number' || !Number.isInteger(line) || line <= before || line > lines) {
      return bad(`its chapters do not follow each other in lines 1 to ${lines}`);
    }
    const read = readLine(title, MAX_TITLE, 'the title of a chapter');
    if (!read.ok) return read;
    // What is before the first is a part of it.
    starts.push({ title: read.value, from: before === 0 ? 1 : line });
    before = line;
  }
  const value = starts.map(({ title, from }, at) => ({ title, from, to: (starts[at + 1]?.from ?? lines + 1) - 1 }));
  return { ok: true, value };
}
