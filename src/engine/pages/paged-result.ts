/** Cuts the long texts of a result into pages, and makes the result in which others stand in their place. Pure; linear. */
import { isTooDeep } from '../../kernel/foreign.ts';
import { tokensOf } from '../../kernel/tokens.ts';
import { cutText, type CutRequest } from '../../mcp/pages/cut.ts';
import type { EncodedText } from '../../mcp/pages/page-store.ts';
import type { Page, Span } from '../../mcp/pages/types.ts';
import { itemsOf, membersOf, type Member } from '../../mcp/wire/json-source.ts';
import { FormIndex } from '../secrets/form-index.ts';
import { bytesOf, encodeText } from './text-bytes.ts';

export interface ResultRequest extends Omit<CutRequest, 'text'> {
  /** JSON of the message, in UTF-8. */
  readonly message: Uint8Array;
  readonly method: 'tools/call' | 'resources/read';
  /** Known secret values in all their forms, and the name that stands in the place of each. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** A text that is kept whole. */
export interface PagedText {
  readonly encoded: EncodedText;
  /** Two at least. */
  readonly pages: readonly Page[];
  /** Of the whole. */
  readonly tokens: number;
}

export interface PagedResult {
  /**
   * JSON of the result in pieces. What is no long text in it is as it was written. Between the first two is the place of
   * the first text, between the next two that of the words about it, and so on.
   */
  readonly pieces: readonly string[];
  readonly texts: readonly PagedText[];
}

/** What an agent is given in the place of a text: a part of it or a summary, and words about the rest. */
export interface GivenText {
  readonly text: string;
  readonly words: string;
}

/** JSON of the result with what is given in the place of each text. */
export function resultText({ pieces, texts }: PagedResult, given: readonly GivenText[]): string {
  const parts = texts.flatMap((_, at) => [
    pieces[2 * at] ?? '',
    JSON.stringify(given[at]?.text ?? ''),
    pieces[2 * at + 1] ?? '',
    JSON.stringify(given[at]?.words ?? ''),
  ]);
  return [...parts, pieces.at(-1) ?? ''].join('');
}

/** The text of a page. */
export function pageText({ encoded: { encoding, bytes } }: PagedText, { from, to }: Span): string {
  const { buffer, byteOffset } = bytes;
  const start = bytesOf(encoding, from);
  return Buffer.from(buffer, byteOffset + start, bytesOf(encoding, to) - start).toString(encoding);
}

/** Undefined where the result is to stay as it came: it is short, speaks as data, or is none that can be read. */
export function pagedResult(request: ResultRequest): PagedResult | undefined {
  const message = new TextDecoder().decode(request.message);
  if (isTooDeep(message)) return undefined;
  const found = membersOf(message)?.find(({ key }) => key === 'result');
  if (found === undefined) return undefined;
  const result = message.slice(found.start, found.end);
  const members = membersOf(result);
  const key = request.method === 'tools/call' ? 'content' : 'contents';
  const [list, another] = members?.filter((member) => member.key === key) ?? [];
  const isData = members?.some((member) => member.key === 'structuredContent') !== false;
  if (list === undefined || another !== undefined || isData) return undefined;
  const texts: PagedText[] = [];
  const items = itemTexts(result.slice(list.start, list.end));
  const given =
    items === undefined
      ? undefined
      : request.method === 'tools/call'
        ? asOneText(items, request, texts)
        : eachByItself(items, request, texts);
  if (given === undefined || texts.length === 0) return undefined;
  return { pieces: withList(result, members ?? [], list, given), texts };
}

/** JSON with places in it: one piece more than places. */
type Pieces = readonly string[];

interface Item {
  /** As it was written. */
  readonly source: string;
  /** Of an item that holds a text. */
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  readonly text: string;
}

function itemTexts(list: string): readonly Item[] | undefined {
  return itemsOf(list)?.map(({ start, end }): Item => {
    const source = list.slice(start, end);
    const fields = source.startsWith('{') ? (JSON.parse(source) as Record<string, unknown>) : {};
    const isText = typeof fields['text'] === 'string' && (fields['type'] ?? 'text') === 'text';
    return { source, fields: isText ? fields : undefined, text: isText ? (fields['text'] as string) : '' };
  });
}

/** The texts of a tool's answer are one: joined by an empty line, in the place of the first. */
function asOneText(items: readonly Item[], request: ResultRequest, texts: PagedText[]): readonly Pieces[] | undefined {
  const own = items.filter(({ fields }) => fields !== undefined);
  const paged = pagedText(own.map(({ text }) => text).join('\n\n'), request);
  if (paged === undefined) return undefined;
  texts.push(paged);
  return items.flatMap((item) => {
    if (item.fields === undefined) return [[item.source]];
    return item === own[0] ? [withPlace(item.fields), withPlace({ type: 'text', text: '' })] : [];
  });
}

/** The contents of a resource have URIs of their own. */
function eachByItself(items: readonly Item[], request: ResultRequest, texts: PagedText[]): readonly Pieces[] {
  return items.flatMap(({ source, fields, text }) => {
    const paged = fields === undefined ? undefined : pagedText(text, request);
    if (fields === undefined || paged === undefined) return [[source]];
    texts.push(paged);
    return [withPlace(fields), withPlace({ uri: fields['uri'], mimeType: 'text/plain', text: '' })];
  });
}

/** The fields as JSON, with a place for the value of `text`. */
function withPlace(fields: Readonly<Record<string, unknown>>): Pieces {
  const written = Object.entries(fields).flatMap(([key, value]) => {
    if (key === 'text') return [[`${JSON.stringify(key)}:`, '']];
    // Of a URI that is not there.
    return value === undefined ? [] : [[`${JSON.stringify(key)}:${JSON.stringify(value)}`]];
  });
  return joined(['{'], written, ['}']);
}

/** One after the other, with a comma between those in the middle. */
function joined(before: Pieces, parts: readonly Pieces[], behind: Pieces): Pieces {
  const pieces: string[] = [];
  let open = '';
  const add = (more: Pieces): void => {
    for (const [at, piece] of more.entries()) {
      if (at > 0) {
        pieces.push(open);
        open = '';
      }
      open += piece;
    }
  };
  add(before);
  for (const [at, part] of parts.entries()) {
    if (at > 0) open += ',';
    add(part);
  }
  add(behind);
  return [...pieces, open];
}

/** Undefined of a text that fits on a page. */
function pagedText(said: string, { into, tokens: most, secrets }: ResultRequest): PagedText | undefined {
  // No text has more tokens than characters.
  if (said.length <= most) return undefined;
  const text = secrets.size === 0 ? said : new FormIndex(secrets).replace(said, (name) => `[secret ${name}]`);
  const tokens = tokensOf(text);
  if (tokens <= most) return undefined;
  const pages = cutText({ text, into, tokens: most });
  return pages.length < 2 ? undefined : { encoded: encodeText(text), pages, tokens };
}

/** A `resultType` is between the router and the server. */
function withList(result: string, members: readonly Member[], list: Member, items: readonly Pieces[]): Pieces {
  const written = members
    .filter(({ key }) => key !== 'resultType')
    .map((member): Pieces => {
      const key = `${JSON.stringify(member.key)}:`;
      return member === list ? joined([`${key}[`], items, [']']) : [`${key}${result.slice(member.start, member.end)}`];
    });
  return joined(['{'], written, ['}']);
}
