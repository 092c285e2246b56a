/** Makes of a long result the one that the agent gets: the first page, the titles of the others, and how to read on. Pure; linear. */
import { isTooDeep } from '../../kernel/foreign.ts';
import { tokensOf } from '../../kernel/tokens.ts';
import { cutText, type CutRequest } from '../../mcp/pages/cut.ts';
import type { EncodedText } from '../../mcp/pages/page-store.ts';
import type { Page } from '../../mcp/pages/types.ts';
import { itemsOf, membersOf, type Member } from '../../mcp/wire/json-source.ts';
import { FormIndex } from '../secrets/form-index.ts';
import { firstPageWords } from './page-words.ts';
import { encodeText } from './text-bytes.ts';

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
  readonly pages: readonly Page[];
  /** Of the whole, and of what the agent did not get. */
  readonly tokens: number;
  readonly withheldTokens: number;
}

export interface PagedResult {
  /** JSON of the result. What is no long text in it is as it was written. */
  readonly text: string;
  readonly texts: readonly PagedText[];
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
  return { text: withList(result, members ?? [], list, given), texts };
}

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
function asOneText(items: readonly Item[], request: ResultRequest, texts: PagedText[]): readonly string[] | undefined {
  const own = items.filter(({ fields }) => fields !== undefined);
  const paged = pagedText(own.map(({ text }) => text).join('\n\n'), request);
  if (paged === undefined) return undefined;
  texts.push(paged.kept);
  return items.flatMap((item) => {
    if (item.fields === undefined) return [item.source];
    if (item !== own[0]) return [];
    return [JSON.stringify({ ...item.fields, text: paged.first }), JSON.stringify({ type: 'text', text: paged.words })];
  });
}

/** The contents of a resource have URIs of their own. */
function eachByItself(items: readonly Item[], request: ResultRequest, texts: PagedText[]): readonly string[] {
  return items.flatMap(({ source, fields, text }) => {
    const paged = fields === undefined ? undefined : pagedText(text, request);
    if (fields === undefined || paged === undefined) return [source];
    texts.push(paged.kept);
    const words = { uri: fields['uri'], mimeType: 'text/plain', text: paged.words };
    return [JSON.stringify({ ...fields, text: paged.first }), JSON.stringify(words)];
  });
}

/** Undefined of a text that fits on a page. */
function pagedText(
  said: string,
  { into, tokens: most, secrets }: ResultRequest,
): { readonly first: string; readonly words: string; readonly kept: PagedText } | undefined {
  // No text has more tokens than characters.
  if (said.length <= most) return undefined;
  const text = secrets.size === 0 ? said : new FormIndex(secrets).replace(said, (name) => `[secret ${name}]`);
  const tokens = tokensOf(text);
  if (tokens <= most) return undefined;
  const pages = cutText({ text, into, tokens: most });
  const [page, second] = pages;
  if (page === undefined || second === undefined) return undefined;
  const encoded = encodeText(text);
  const kept = { encoded, pages, tokens, withheldTokens: Math.max(0, tokens - page.tokens) };
  return { first: text.slice(page.from, page.to), words: firstPageWords(encoded.id, pages, tokens), kept };
}

/** A `resultType` is between the router and the server. */
function withList(result: string, members: readonly Member[], list: Member, items: readonly string[]): string {
  const written = members
    .filter(({ key }) => key !== 'resultType')
    .map((member) => {
      const value = member === list ? `[${items.join(',')}]` : result.slice(member.start, member.end);
      return `${JSON.stringify(member.key)}:${value}`;
    });
  return `{${written.join(',')}}`;
}
