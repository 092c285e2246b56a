/** Finds blanks, comments and commas between the values of JSON with comments. Pure. */

const isBlank = (char: string | undefined): boolean => char === ' ' || char === '\t' || char === '\n' || char === '\r';

/** Behind the blanks and comments that begin at `at`. */
export function afterTrivia(text: string, at: number): number {
  let next = at;
  for (;;) {
    while (isBlank(text[next])) next += 1;
    const end = endOfComment(text, next);
    if (end === undefined) return next;
    next = end;
  }
}

/** Behind the comment that begins there, its end of line left out; undefined when none begins there. */
function endOfComment(text: string, at: number): number | undefined {
  if (text.startsWith('//', at)) {
    let end = at + 2;
    while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end += 1;
    return end;
  }
  if (!text.startsWith('/*', at)) return undefined;
  const end = text.indexOf('*/', at + 2);
  return end === -1 ? text.length : end + 2;
}

/** Where the comma stands that comes next after the value that ends at `at`; undefined when something else comes. */
export function commaAfter(text: string, at: number): number | undefined {
  const next = afterTrivia(text, at);
  return text[next] === ',' ? next : undefined;
}

/** Behind the last comment that begins on this line; `at` when none does. */
export function onSameLine(text: string, at: number): number {
  let end = at;
  for (;;) {
    const after = endOfComment(text, blanksOnLine(text, end));
    if (after === undefined) return end;
    end = after;
  }
}

export function spacesBefore(text: string, at: number): string {
  let start = at;
  while (start > 0 && isBlank(text[start - 1])) start -= 1;
  return text.slice(start, at);
}

export function blanksAfter(text: string, at: number): number {
  let end = at;
  while (isBlank(text[end])) end += 1;
  return end;
}

/** Behind the spaces and tabs. */
export function blanksOnLine(text: string, at: number): number {
  let end = at;
  while (text[end] === ' ' || text[end] === '\t') end += 1;
  return end;
}
