/** Finds messages on lines that hold more than one, or something else: a BOM, colour codes, a banner in front. Pure. */
import { endOfValue } from './json-source.ts';
import { readMessage, type ReadMessage } from './read-message.ts';

/** Objects on one line that are looked at. */
const MAX_OBJECTS = 16;

const ESCAPE_CODE = 27;
const BOM = 0xfeff;
/** Not a brace in somebody's words. */
const OBJECT = /^\{\s*["}]/;
const MESSAGE = '{"jsonrpc"';
/** `[0;32m` and its like behind an escape character; what it can be is short. */
const COLOUR = /\[[\d;?]{0,32}[A-Za-z]/y;

/** The message on a line that holds nothing besides but a BOM, colour codes and blanks; undefined for any other line. */
export function undressed(text: string): string | undefined {
  const start = skipDress(text, 0);
  const first = text[start];
  if (first !== '{' && first !== '[') return undefined;
  const end = endOfValue(text, start);
  const isDressed = start > 0 || end < text.length;
  return isDressed && skipDress(text, end) === text.length ? text.slice(start, end) : undefined;
}

function skipDress(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === ESCAPE_CODE) {
      COLOUR.lastIndex = at + 1;
      const found = COLOUR.exec(text);
      if (found === null) return at;
      at += found[0].length;
    } else if (code > 32 && code !== BOM) return at;
  }
  return at;
}

/** Whether a line seems to be meant as an answer, or to hold one. */
export function looksLikeAnswer(text: string): boolean {
  if (!text.includes('{') || !(text.includes('"jsonrpc"') || text.includes('"id"'))) return false;
  if (text.includes('"result"') || text.includes('"error"')) return true;
  return !text.includes('"method"') && text.includes('"jsonrpc"');
}

/** The messages that stand on a line, wherever they begin. */
export function messagesIn(text: string): ReadMessage[] {
  const found: ReadMessage[] = [];
  let at = text.indexOf('{');
  for (let count = 0; at !== -1 && count < MAX_OBJECTS; count += 1) {
    const end = endOfValue(text, at);
    const isObject = OBJECT.test(text.slice(at, at + 64));
    const read = isObject ? readMessage(text.slice(at, end)) : undefined;
    const isRead = read?.kind === 'message';
    if (isRead && read.message['jsonrpc'] === '2.0') found.push(read);
    // What stands in an object is data; behind one that has no end another message may begin.
    if (isRead || !isObject) at = text.indexOf('{', isRead ? end : at + 1);
    else at = text.indexOf(MESSAGE, at + 1);
  }
  return found;
}
