/** Edits entries in TOML: tables, keys with dots and inline tables, by the ranges of the parsed document. Pure. */
import { getStaticTOMLValue, parseTOML, type AST } from 'toml-eslint-parser';
import {
  afterEol,
  beforeEol,
  edited,
  eolOf,
  FormatFault,
  isAround,
  lineEnd,
  lineStart,
  type Edit,
  type FileFormat,
  type Put,
  type Trace,
} from './format.ts';
import { assignments, isPlainTable, tomlKey, tomlValue } from './toml-text.ts';

/** A part of the text that says something of an entry. */
interface Piece {
  /** A table with its header, a line of its own, or a member of an inline table. */
  readonly kind: 'table' | 'line' | 'member';
  readonly from: number;
  readonly to: number;
  /** Where its value begins; of a table, where it begins itself. */
  readonly valueAt: number;
  readonly depth: number;
}

export const toml: FileFormat = {
  parse(text) {
    const value = getStaticTOMLValue(programOf(text)) as Record<string, unknown>;
    return Object.keys(value).length === 0 ? undefined : value;
  },

  put(text, { path }, name, value) {
    const program = programOf(text);
    const pieces = piecesOf(program, [...path, name]);
    const [old, ...others] = pieces;
    if (old !== undefined && (old.kind === 'table' || (others.length === 0 && old.depth === path.length + 1))) {
      const [from, body] =
        old.kind === 'table' ? [old.from, tableOf(path, name, value, eolOf(text))] : [old.valueAt, tomlValue(value)];
      return { text: edited(text, [{ from, to: old.to, text: body }, ...others.map((piece) => cutOf(text, piece))]) };
    }
    if (old !== undefined) {
      const { text: put } = toml.put(withoutPieces(text, pieces), { path, shape: 'map' }, name, value);
      return { text: put };
    }
    const inline = inlineOf(program, path);
    if (inline !== undefined) return intoInline(text, inline, name, value);
    return appended(text, program, path, name, value);
  },

  take(text, { path }, name, trace) {
    const pieces = piecesOf(programOf(text), [...path, name]);
    const [only, ...others] = pieces;
    if (only !== undefined && others.length === 0 && trace !== undefined && isTraced(text, only, trace)) {
      return spliced(text, only.from - trace.lead.length, only.to + trace.tail.length, '');
    }
    return withoutPieces(text, pieces);
  },
};

/** Nothing was put behind it since that needs its comma. */
function isTraced(text: string, { kind, from, to }: Piece, trace: Trace): boolean {
  return isAround(text, from, to, trace) && (kind !== 'member' || !text.slice(to).trimStart().startsWith(','));
}

const spliced = (text: string, from: number, to: number, put: string): string =>
  text.slice(0, from) + put + text.slice(to);

function programOf(text: string): AST.TOMLProgram {
  try {
    return parseTOML(text);
  } catch (error) {
    const { index = 0, message = '' } = error as { readonly index?: number; readonly message?: string };
    if (error instanceof RangeError) throw new FormatFault(0, 'it is nested too deep');
    throw new FormatFault(index, `${message.slice(0, 1).toLowerCase()}${message.slice(1, 300)}`);
  }
}

type Keys = readonly (string | number)[];

const isUnder = (keys: Keys, path: Keys): boolean => path.every((key, index) => keys[index] === key);
const keysOf = ({ keys }: AST.TOMLKey): readonly string[] =>
  keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value));

/** All that says something of what stands at `target`, in the order of the text. */
function piecesOf(program: AST.TOMLProgram, target: readonly string[]): readonly Piece[] {
  const [top] = program.body;
  const found: Piece[] = [];
  const lookAt = (pair: AST.TOMLKeyValue, above: Keys, kind: 'line' | 'member'): void => {
    const keys = [...above, ...keysOf(pair.key)];
    const { range, value } = pair;
    if (isUnder(keys, target)) {
      found.push({ kind, from: range[0], to: range[1], valueAt: value.range[0], depth: keys.length });
    } else if (isUnder(target, keys) && value.type === 'TOMLInlineTable') {
      for (const member of value.body) lookAt(member, keys, 'member');
    }
  };
  for (const node of top.body) {
    if (node.type === 'TOMLKeyValue') lookAt(node, [], 'line');
    else if (isUnder(node.resolvedKey, target)) {
      const [from, to] = node.range;
      found.push({ kind: 'table', from, to, valueAt: from, depth: target.length });
    } else if (isUnder(target, node.resolvedKey)) {
      for (const pair of node.body) lookAt(pair, node.resolvedKey, 'line');
    }
  }
  return found;
}

/** The inline table that is all of `path`. @throws FormatFault where something else stands there */
function inlineOf(program: AST.TOMLProgram, path: readonly string[]): AST.TOMLInlineTable | undefined {
  let inline: AST.TOMLInlineTable | undefined;
  const lookAt = (pair: AST.TOMLKeyValue, above: Keys): void => {
    const keys = [...above, ...keysOf(pair.key)];
    const { value } = pair;
    if (!isUnder(path, keys)) return;
    if (value.type !== 'TOMLInlineTable') throw new FormatFault(value.range[0], `${keys.join('.')} is not a table`);
    if (keys.length === path.length) inline = value;
    else throw new FormatFault(value.range[0], `${keys.join('.')} is an inline table: write it as [${keys.join('.')}]`);
  };
  for (const node of program.body[0].body) {
    if (node.type === 'TOMLKeyValue') lookAt(node, []);
    else if (isUnder(path, node.resolvedKey)) {
      if (node.kind === 'array') throw new FormatFault(node.range[0], `${path.join('.')} is a list`);
      for (const pair of node.body) lookAt(pair, node.resolvedKey);
    }
  }
  return inline;
}

function intoInline(text: string, inline: AST.TOMLInlineTable, name: string, value: unknown): Put {
  const last = inline.body.at(-1);
  const body = `${tomlKey(name)} = ${tomlValue(value)}`;
  const [start] = inline.range;
  const at = last === undefined ? start + 1 : last.range[1];
  const lead = last === undefined ? ' ' : ', ';
  const tail = last === undefined && text[at] === '}' ? ' ' : '';
  return { text: spliced(text, at, at, lead + body + tail), trace: { lead, tail, made: 0 } };
}

function tableOf(path: readonly string[], name: string, value: unknown, eol: string): string {
  return [`[${[...path, name].map(tomlKey).join('.')}]`, ...assignments(value)].join(eol);
}

/** A table of its own: behind the last one of its kind, else at the end. */
function appended(text: string, program: AST.TOMLProgram, path: readonly string[], name: string, value: unknown): Put {
  const eol = eolOf(text);
  const body = isPlainTable(value)
    ? tableOf(path, name, value, eol)
    : tableOf(path.slice(0, -1), path.at(-1) ?? '', { [name]: value }, eol);
  const theirs = program.body[0].body.filter(
    (node): node is AST.TOMLTable => node.type === 'TOMLTable' && isUnder(node.resolvedKey, path),
  );
  const last = theirs.at(-1);
  const end = text.trimEnd().length;
  if (end === 0) return { text: text + body + eol, trace: { lead: '', tail: eol, made: 0 } };
  const at = last === undefined ? end : behindComments(text, last.range[1]);
  const lead = eol + eol;
  return { text: spliced(text, at, at, lead + body), trace: { lead, tail: '', made: 0 } };
}

/** The end of the line, or of lines of comments right below it that end with a blank line or the text. */
function behindComments(text: string, offset: number): number {
  const own = lineEnd(text, offset);
  let end = own;
  for (;;) {
    const start = afterEol(text, end);
    const next = lineEnd(text, start);
    const line = text.slice(start, next).trim();
    if (start === end || line === '') return end;
    if (!line.startsWith('#')) return own;
    end = next;
  }
}

function withoutPieces(text: string, pieces: readonly Piece[]): string {
  return edited(
    text,
    pieces.map((piece) => cutOf(text, piece)),
  );
}

function cutOf(text: string, piece: Piece): Edit {
  return piece.kind === 'member' ? memberCut(text, piece) : linesCut(text, piece);
}

/** With the end of line before it, and of a table with one blank line. */
function linesCut(text: string, { kind, from, to }: Piece): Edit {
  const end = lineEnd(text, to);
  const start = lineStart(text, from);
  const eol = beforeEol(text, start);
  if (eol === undefined) {
    const next = afterEol(text, end);
    return { from: start, to: kind === 'table' ? afterEol(text, next) : next, text: '' };
  }
  const blank = kind === 'table' ? beforeEol(text, eol) : undefined;
  return { from: blank ?? eol, to: end, text: '' };
}

function memberCut(text: string, { from, to }: Piece): Edit {
  const isBlank = (at: number): boolean => /\s/.test(text[at] ?? '');
  let next = to;
  while (isBlank(next)) next += 1;
  if (text[next] === ',') {
    next += 1;
    while (isBlank(next)) next += 1;
    return { from, to: next, text: '' };
  }
  let before = from;
  while (isBlank(before - 1)) before -= 1;
  return text[before - 1] === ',' ? { from: before - 1, to, text: '' } : { from, to, text: '' };
}
