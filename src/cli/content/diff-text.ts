/** Writes a difference as lines of text: unified with three lines of context, or word by word. Foreign text is cleaned. */
import { append } from '../../kernel/append.ts';
import type { DiffLine, DiffView } from '../../engine/index.ts';
import { clean } from '../../text/clean.ts';

const CONTEXT = 3;

/** Without a trailing newline; "" when the two are the same. `words` marks what differs within a line. */
export function diffText(diff: DiffView, words: boolean): string {
  const shown = nearChanges(diff.lines);
  if (shown.size === 0) return '';
  const lines = [`--- ${clean(diff.left)}`, `+++ ${clean(diff.right)}`];
  for (const [index, line] of diff.lines.entries()) {
    if (!shown.has(index)) continue;
    if (!shown.has(index - 1)) lines.push(hunkHeading(diff.lines, shown, index));
    lines.push(`${{ same: ' ', add: '+', del: '-' }[line.kind]}${lineText(line, words)}`);
  }
  return lines.join('\n');
}

function lineText({ kind, parts }: DiffLine, words: boolean): string {
  const isWhole = parts.every(({ changed }) => changed);
  return parts
    .map(({ text, changed }) => {
      const cleaned = clean(text);
      if (!words || !changed || isWhole || cleaned === '') return cleaned;
      return kind === 'add' ? `{+${cleaned}+}` : `[-${cleaned}-]`;
    })
    .join('');
}

function nearChanges(lines: readonly DiffLine[]): ReadonlySet<number> {
  const near = new Set<number>();
  for (const [index, { kind }] of lines.entries()) {
    if (kind === 'same') continue;
    for (let at = Math.max(0, index - CONTEXT); at <= Math.min(lines.length - 1, index + CONTEXT); at += 1)
      near.add(at);
  }
  return near;
}

/** `@@ -4,3 +4,4 @@`, as every tool reads it. */
function hunkHeading(lines: readonly DiffLine[], shown: ReadonlySet<number>, from: number): string {
  const hunk: DiffLine[] = [];
  for (let at = from; shown.has(at); at += 1) append(hunk, lines.slice(at, at + 1));
  const side = (key: 'a' | 'b', skip: DiffLine['kind']): string => {
    const own = hunk.filter(({ kind }) => kind !== skip);
    return `${own[0]?.[key] ?? 0},${own.length}`;
  };
  return `@@ -${side('a', 'add')} +${side('b', 'del')} @@`;
}
