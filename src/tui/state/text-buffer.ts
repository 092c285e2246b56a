/** Edits a text of several lines: contents, insertion point, and what can be undone. Pure and persistent. */

export interface Place {
  readonly line: number;
  /** Code units from the start of the line, always at a boundary of characters. */
  readonly at: number;
}

/** One step of undo: at `from`, `removed` gave way to `added`. */
interface Edit {
  readonly from: Place;
  readonly removed: string;
  readonly added: string;
  /** Where the insertion point was before. */
  readonly before: Place;
  /** Letters typed in a row, or erased in a row, are one step. */
  readonly kind: 'type' | 'erase' | 'other';
}

export interface TextBuffer {
  /** At least one; without line ends. Control characters are kept as they are. */
  readonly lines: readonly string[];
  readonly cursor: Place;
  /** The column that moves up and down try to keep; undefined until one is made. */
  readonly goal: number | undefined;
  /** Lines when it was opened. */
  readonly saved: readonly string[];
  /** What was last cut by a key, to be put back by another. */
  readonly killed: string;
  readonly undo: readonly Edit[];
  readonly redo: readonly Edit[];
  /** The next letter may join the last step. */
  readonly isOpen: boolean;
}

const undoLimit = 1000;

export function bufferOf(text: string): TextBuffer {
  const lines = text.split('\n');
  return {
    lines,
    cursor: { line: 0, at: 0 },
    goal: undefined,
    saved: lines,
    killed: '',
    undo: [],
    redo: [],
    isOpen: false,
  };
}

export function textOfBuffer({ lines }: Pick<TextBuffer, 'lines'>): string {
  return lines.join('\n');
}

export function isModified({ lines, saved }: TextBuffer): boolean {
  return lines !== saved && (lines.length !== saved.length || lines.some((line, index) => line !== saved[index]));
}

/** Another text in its place, as one step that can be undone; the insertion point stays as near as it can. */
export function replaceText(buffer: TextBuffer, text: string): TextBuffer {
  if (text === textOfBuffer(buffer)) return buffer;
  const whole = replace(buffer, { line: 0, at: 0 }, endOf(buffer), text, 'other');
  return { ...whole, cursor: clampPlace(whole.lines, buffer.cursor) };
}

export function lineAt({ lines }: Pick<TextBuffer, 'lines'>, line: number): string {
  return lines[line] ?? '';
}

export function endOf({ lines }: Pick<TextBuffer, 'lines'>): Place {
  return { line: lines.length - 1, at: lines.at(-1)?.length ?? 0 };
}

function clampPlace(lines: readonly string[], place: Place): Place {
  const line = Math.min(place.line, lines.length - 1);
  return { line, at: Math.min(place.at, lines[line]?.length ?? 0) };
}

/** Moves the insertion point; `goal` is given by moves up and down. */
export function moveTo(buffer: TextBuffer, cursor: Place, goal?: number): TextBuffer {
  return { ...buffer, cursor, goal, isOpen: false };
}

/** Letters typed at the insertion point. */
export function typeText(buffer: TextBuffer, typed: string): TextBuffer {
  return replace(buffer, buffer.cursor, buffer.cursor, typed, typed.includes('\n') ? 'other' : 'type');
}

/** Text from elsewhere: line ends of any kind become lines, half a surrogate pair becomes what stands for it. */
export function pasteText(buffer: TextBuffer, pasted: string): TextBuffer {
  const text = pasted.replace(/\r\n?/g, '\n').toWellFormed();
  return text === '' ? buffer : replace(buffer, buffer.cursor, buffer.cursor, text, 'other');
}

/** Removes what is between two places. */
export function erase(buffer: TextBuffer, from: Place, to: Place): TextBuffer {
  return replace(buffer, from, to, '', 'erase');
}

/** Removes what is between two places and keeps it to be put back. */
export function kill(buffer: TextBuffer, from: Place, to: Place): TextBuffer {
  const killed = textBetween(buffer.lines, from, to);
  if (killed === '') return buffer;
  return { ...replace(buffer, from, to, '', 'other'), killed };
}

export function undo(buffer: TextBuffer): TextBuffer {
  const edit = buffer.undo.at(-1);
  if (edit === undefined) return buffer;
  return {
    ...buffer,
    lines: spliced(buffer.lines, edit.from, after(edit.from, edit.added), edit.removed),
    cursor: edit.before,
    goal: undefined,
    undo: buffer.undo.slice(0, -1),
    redo: [...buffer.redo, edit],
    isOpen: false,
  };
}

export function redo(buffer: TextBuffer): TextBuffer {
  const edit = buffer.redo.at(-1);
  if (edit === undefined) return buffer;
  return {
    ...buffer,
    lines: spliced(buffer.lines, edit.from, after(edit.from, edit.removed), edit.added),
    cursor: after(edit.from, edit.added),
    goal: undefined,
    undo: [...buffer.undo, edit],
    redo: buffer.redo.slice(0, -1),
    isOpen: false,
  };
}

function replace(buffer: TextBuffer, from: Place, to: Place, added: string, kind: Edit['kind']): TextBuffer {
  const removed = textBetween(buffer.lines, from, to);
  if (removed === '' && added === '') return buffer;
  const edit: Edit = { from, removed, added, before: buffer.cursor, kind };
  const last = buffer.undo.at(-1);
  const joined = buffer.isOpen && last !== undefined ? join(last, edit) : undefined;
  return {
    ...buffer,
    lines: spliced(buffer.lines, from, to, added),
    cursor: after(from, added),
    goal: undefined,
    undo: joined === undefined ? [...buffer.undo.slice(1 - undoLimit), edit] : [...buffer.undo.slice(0, -1), joined],
    redo: [],
    isOpen: kind !== 'other',
  };
}

/** Two edits as one step, or undefined where a new step begins: at a new word, a new line, another place. */
function join(last: Edit, next: Edit): Edit | undefined {
  if (last.kind !== next.kind || next.removed.includes('\n')) return undefined;
  if (next.kind === 'type') {
    const isNewWord = /\s$/.test(last.added) && !/^\s/.test(next.added);
    if (isNewWord || next.removed !== '' || !samePlace(after(last.from, last.added), next.from)) return undefined;
    return { ...last, added: last.added + next.added };
  }
  if (samePlace(next.from, last.from)) return { ...last, removed: last.removed + next.removed };
  if (!samePlace(after(next.from, next.removed), last.from)) return undefined;
  return { ...last, from: next.from, removed: next.removed + last.removed };
}

export function samePlace(a: Place, b: Place): boolean {
  return a.line === b.line && a.at === b.at;
}

/** Where a text that begins at `from` ends. */
function after(from: Place, text: string): Place {
  const last = text.lastIndexOf('\n');
  if (last === -1) return { line: from.line, at: from.at + text.length };
  let breaks = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) breaks += 1;
  return { line: from.line + breaks, at: text.length - last - 1 };
}

function textBetween(lines: readonly string[], from: Place, to: Place): string {
  if (from.line === to.line) return (lines[from.line] ?? '').slice(from.at, to.at);
  const first = (lines[from.line] ?? '').slice(from.at);
  const last = (lines[to.line] ?? '').slice(0, to.at);
  return [first, ...lines.slice(from.line + 1, to.line), last].join('\n');
}

/** Only the lines that are touched are made anew. */
function spliced(lines: readonly string[], from: Place, to: Place, added: string): readonly string[] {
  const head = (lines[from.line] ?? '').slice(0, from.at);
  const tail = (lines[to.line] ?? '').slice(to.at);
  const fresh = `${head}${added}${tail}`.split('\n');
  if (fresh.length === 1 && from.line === to.line) return lines.with(from.line, fresh[0] ?? '');
  return [...lines.slice(0, from.line), ...fresh, ...lines.slice(to.line + 1)];
}
