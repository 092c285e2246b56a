/**
 * Writes only the middle of a line on screen when only something there changed: a countdown, a clock. Ink
 * rewrites such a line from the first change to its end, over SSH once a second for every row that counts down.
 */
import { widthOf } from '../../text/clean.ts';

const escape = '\u001B';
// oxlint-disable-next-line no-control-regex -- SGR begins with ESC
const sgr = /\u001B\[([0-9;]*)m/g;
const printableAscii = /^[ -~]*$/;

/** Undefined when the change is not of this kind; then the line is to be written as Ink would. */
export function lineUpdate(previous: string, next: string, columns: number): string | undefined {
  const from = commonStart(previous, next);
  const kept = commonEnd(previous, next, from);
  const middle = next.slice(from, next.length - kept);
  const text = withoutSgr(middle);
  const before = withoutSgr(previous.slice(from, previous.length - kept));
  if (!printableAscii.test(text) || !printableAscii.test(before) || text.length !== before.length) return undefined;
  // A mark would join the last letter of the middle, which is not written again with it.
  if (kept > 0 && /^\p{M}/u.test(next.slice(next.length - kept))) return undefined;
  const start = styleAfter(next.slice(0, from), '');
  const wanted = start === undefined ? undefined : styleAfter(middle, start);
  const had = start === undefined ? undefined : styleAfter(previous.slice(from, previous.length - kept), start);
  if (start === undefined || wanted === undefined || wanted !== had) return undefined;
  const column = widthOf(withoutSgr(next.slice(0, from)));
  if (column === 0 || column + text.length >= columns) return undefined;
  return `${escape}[${column + 1}G${start}${middle}${wanted === '' ? '' : `${escape}[0m`}`;
}

/** Length of what both begin with, never ending inside a sequence or before a mark that belongs to it. */
function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  const opened = b.lastIndexOf(escape, length - 1);
  if (opened !== -1 && !b.slice(opened, length).includes('m')) return opened;
  return length;
}

/** Length of what both end with beyond `from`, never beginning inside a sequence. */
function commonEnd(a: string, b: string, from: number): number {
  const most = Math.min(a.length, b.length) - from;
  let length = 0;
  while (length < most && a[a.length - 1 - length] === b[b.length - 1 - length]) length += 1;
  const start = b.length - length;
  const opened = b.lastIndexOf(escape, start);
  const closed = opened === -1 ? -1 : b.indexOf('m', opened);
  return opened !== -1 && opened < start && closed >= start ? b.length - closed - 1 : length;
}

function withoutSgr(text: string): string {
  return text.includes(escape) ? text.replace(sgr, '') : text;
}

/** The codes that are on after a text, as one sequence each in a fixed order; undefined with codes unknown here. */
function styleAfter(text: string, before: string): string | undefined {
  if (!text.includes(escape)) return before;
  const on = new Map<string, string>();
  for (const [, codes = ''] of `${before}${text}`.matchAll(sgr)) {
    for (const code of codes === '' ? ['0'] : codes.split(';')) {
      const change = changeOf(Number(code));
      if (change === undefined) return undefined;
      if (change === 'all') on.clear();
      else if (change.off) for (const kind of change.kinds) on.delete(kind);
      else for (const kind of change.kinds) on.set(kind, code);
    }
  }
  return [...on.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, code]) => `${escape}[${code}m`)
    .join('');
}

interface Change {
  readonly off: boolean;
  readonly kinds: readonly string[];
}

/** Bold, dim, reverse and the plain colours: all that the console writes. */
function changeOf(code: number): Change | 'all' | undefined {
  if (code === 0) return 'all';
  if (code === 1) return { off: false, kinds: ['bold'] };
  if (code === 2) return { off: false, kinds: ['dim'] };
  if (code === 22) return { off: true, kinds: ['bold', 'dim'] };
  if (code === 7 || code === 27) return { off: code === 27, kinds: ['reverse'] };
  if ((code >= 30 && code <= 37) || code === 39) return { off: code === 39, kinds: ['color'] };
  return undefined;
}
