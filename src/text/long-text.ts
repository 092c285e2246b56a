/** Breaks long foreign text into rows of a width, in time that grows with its length only, whatever it is made of. */
import { append } from '../kernel/append.ts';
import { clean, wrap } from './clean.ts';

const ascii = /^[\x20-\x7e]*$/;
/** A longer line is cut at the width, not at spaces. */
const longLine = 4096;
/** So many characters are broken at spaces; what follows is cut at the width. */
const carefully = 256 * 1024;

/** The lines of a text, cleaned and broken to `width` columns. */
export function longLines(text: string, width: number): readonly string[] {
  const room = Math.max(2, width);
  const rows: string[] = [];
  let wrapped = 0;
  for (const raw of text.split('\n')) {
    const line = clean(raw.endsWith('\r') ? raw.slice(0, -1) : raw);
    const isAscii = ascii.test(line);
    if (isAscii && line.length <= room) {
      rows.push(line);
      continue;
    }
    wrapped += line.length;
    if (line.length <= longLine && wrapped <= carefully) append(rows, wrap(line, room));
    else cut(line, isAscii ? room : Math.floor(room / 2), rows);
  }
  return rows;
}

/** Pieces of so many code units, which are never wider: no character takes more than two columns a unit. */
function cut(line: string, units: number, rows: string[]): void {
  for (let from = 0; from < line.length;) {
    let to = Math.min(line.length, from + Math.max(1, units));
    if (to < line.length && isLowSurrogate(line.charCodeAt(to))) to += 1;
    rows.push(line.slice(from, to));
    from = to;
  }
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
