/** Edits entries in JSON with comments and trailing commas: `settings.json`, `mcp.json`, `.claude.json`. Pure. */
import { parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { isTooDeep } from '../../kernel/foreign.ts';
import {
  edited,
  eolOf,
  FormatFault,
  indentAt,
  isAround,
  startsLine,
  type Edit,
  type FileFormat,
  type Put,
  type Trace,
} from './format.ts';
import { afterTrivia, blanksAfter, blanksOnLine, commaAfter, onSameLine, spacesBefore } from './jsonc-trivia.ts';

export const jsonc: FileFormat = {
  parse(text) {
    const root = treeOf(text);
    return root === undefined ? undefined : plain(root);
  },

  put(text, { path }, name, value) {
    const root = treeOf(text);
    if (root === undefined) return onEmpty(text, path, name, value);
    const { node, missing } = reach(root, path);
    const [outermost, ...inner] = missing.length === 0 ? [name] : [...missing, name];
    const whole = inner.reduceRight<unknown>((held, key) => ({ [key]: held }), value);
    const old = missing.length === 0 ? memberOf(node, name) : undefined;
    const style = styleOf(text, root);
    if (old !== undefined) {
      const [, held = old] = old.children ?? [];
      const put = isOnOneLine(text, node) ? compact(value, style) : pretty(value, style, indentAt(text, old.offset));
      return { text: edited(text, [{ from: held.offset, to: endOf(held), text: put }]) };
    }
    return inserted(text, node, outermost ?? name, whole, style, missing.length);
  },

  take(text, { path }, name, trace) {
    const root = treeOf(text);
    const { node, missing } = root === undefined ? { node: undefined, missing: path } : reach(root, path);
    const entry = node === undefined || missing.length > 0 ? undefined : memberOf(node, name);
    if (entry === undefined) return text;
    const made = trace === undefined ? entry : madeFor(entry, trace.made);
    if (made === undefined) return without(text, entry, undefined);
    return without(text, made, trace);
  },
};

/** Undefined for a text that holds nothing but blanks and comments. @throws FormatFault */
function treeOf(text: string): Node | undefined {
  if (isTooDeep(text)) throw new FormatFault(0, 'it is nested too deep');
  if (afterTrivia(text, 0) === text.length) return undefined;
  const errors: ParseError[] = [];
  let root: Node | undefined;
  try {
    root = parseTree(text, errors, { allowTrailingComma: true });
  } catch {
    throw new FormatFault(0, 'it is nested too deep');
  }
  const [error] = errors;
  if (error !== undefined) throw new FormatFault(error.offset, wordsOf(printParseErrorCode(error.error)));
  if (root?.type !== 'object') throw new FormatFault(root?.offset ?? 0, 'it is not a JSON object');
  return root;
}

/** `PropertyNameExpected` → "property name expected". */
function wordsOf(code: string): string {
  return code.replace(/[A-Z]/g, (letter, index) => `${index === 0 ? '' : ' '}${letter.toLowerCase()}`);
}

const endOf = ({ offset, length }: Node): number => offset + length;

/** As `JSON.parse` has it, `__proto__` included. */
function plain(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(plain);
  if (node.type !== 'object') return node.value as unknown;
  const out = {};
  for (const { children: [key, value] = [] } of node.children ?? []) {
    if (key === undefined || value === undefined) continue;
    Object.defineProperty(out, String(key.value), { value: plain(value), ...PLAIN });
  }
  return out;
}

const PLAIN = { enumerable: true, writable: true, configurable: true } as const;

/** The member itself, with its key. @throws FormatFault for one that is there twice */
function memberOf(object: Node, key: string): Node | undefined {
  const found = (object.children ?? []).filter(({ children }) => children?.[0]?.value === key);
  const [first, second] = found;
  if (second !== undefined) throw new FormatFault(second.offset, `"${key}" is there twice`);
  return first;
}

/** Goes down as far as the keys are there. @throws FormatFault where one holds no object */
function reach(root: Node, path: readonly string[]): { readonly node: Node; readonly missing: readonly string[] } {
  let node = root;
  for (const [index, key] of path.entries()) {
    const value = memberOf(node, key)?.children?.[1];
    if (value === undefined) return { node, missing: path.slice(index) };
    if (value.type !== 'object') throw new FormatFault(value.offset, `"${key}" is not an object`);
    node = value;
  }
  const names = new Set<unknown>();
  for (const { children: [key] = [], offset } of node.children ?? []) {
    if (names.has(key?.value)) throw new FormatFault(offset, `"${key?.value}" is there twice`);
    names.add(key?.value);
  }
  return { node, missing: [] };
}

interface Style {
  readonly eol: string;
  /** One level. */
  readonly unit: string;
  /** After a colon and a comma on one line. */
  readonly space: string;
}

function styleOf(text: string, root: Node): Style {
  const [first] = root.children ?? [];
  const space = first?.colonOffset !== undefined && !/\s/.test(text[first.colonOffset + 1] ?? '') ? '' : ' ';
  const isOwnLine = first !== undefined && startsLine(text, first.offset) && first.offset > root.offset + 1;
  const unit = isOwnLine ? indentAt(text, first.offset).slice(indentAt(text, root.offset).length) : '';
  return { eol: eolOf(text), unit: unit === '' ? '  ' : unit.slice(0, 10), space };
}

function pretty(value: unknown, { eol, unit }: Style, indent: string): string {
  return JSON.stringify(value, null, unit).replaceAll('\n', eol + indent);
}

function compact(value: unknown, { space }: Style): string {
  if (space === '') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => compact(item, { space } as Style)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${compact(item, { space } as Style)}`,
  );
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

function isOnOneLine(text: string, { offset, length }: Node): boolean {
  return length > 2 && !text.slice(offset, offset + length).includes('\n');
}

/** A file that holds nothing yet: its comments stay before what is made. */
function onEmpty(text: string, path: readonly string[], name: string, value: unknown): Put {
  const eol = eolOf(text);
  const whole = [...path, name].reduceRight<unknown>((held, key) => ({ [key]: held }), value);
  const lead = text === '' || text.endsWith('\n') ? '' : eol;
  const put = pretty(whole, { eol, unit: '  ', space: ' ' }, '');
  return { text: text + lead + put + eol, trace: { lead, tail: eol, made: path.length + 1 } };
}

function inserted(text: string, object: Node, name: string, value: unknown, style: Style, made: number): Put {
  const last = object.children?.at(-1);
  const key = JSON.stringify(name);
  if (last === undefined) return intoEmpty(text, object, key, value, style, made);
  const comma = commaAfter(text, endOf(last));
  const after = comma === undefined ? endOf(last) : comma + 1;
  const tail = comma === undefined ? '' : ',';
  const edits: Edit[] = comma === undefined ? [{ from: after, to: after, text: ',' }] : [];
  const insert = (at: number, lead: string, body: string): Put => {
    edits.push({ from: at, to: at, text: `${lead}${key}:${body}${tail}` });
    return { text: edited(text, edits), trace: { lead, tail, made } };
  };
  if (isOnOneLine(text, object)) return insert(after, style.space, style.space + compact(value, style));
  const indent = startsLine(text, last.offset)
    ? indentAt(text, last.offset)
    : indentAt(text, object.offset) + style.unit;
  return insert(onSameLine(text, after), style.eol + indent, ` ${pretty(value, style, indent)}`);
}

function intoEmpty(text: string, object: Node, key: string, value: unknown, style: Style, made: number): Put {
  const close = endOf(object) - 1;
  const at = close - spacesBefore(text, close).length;
  const { eol, unit, space } = style;
  const outer = indentAt(text, object.offset);
  const isLines = text.includes('\n') || object.parent === undefined;
  const lead = isLines ? eol + outer + unit : space;
  const tail = !isLines ? space : text.slice(at, close).includes('\n') ? '' : eol + outer;
  const body = isLines ? ` ${pretty(value, style, outer + unit)}` : space + compact(value, style);
  return {
    text: edited(text, [{ from: at, to: at, text: `${lead}${key}:${body}${tail}` }]),
    trace: { lead, tail, made },
  };
}

/** The outermost of the keys that were made for the entry, while it is all that they hold; undefined when it is not. */
function madeFor(entry: Node, made: number): Node | undefined {
  let node = entry;
  for (let left = made; left > 0; left -= 1) {
    const object = node.parent;
    if (object?.children?.length !== 1) return undefined;
    if (object.parent === undefined) return left === 1 ? object : undefined;
    node = object.parent;
  }
  return node;
}

function without(text: string, node: Node, trace: Trace | undefined): string {
  const [from, to] = [node.offset, endOf(node)];
  const siblings = node.parent?.children ?? [];
  const comma = commaAfter(text, to);
  const before = siblings[siblings.indexOf(node) - 1];
  const edits: Edit[] = [];
  const cut = (start: number, end: number): void => void edits.push({ from: start, to: end, text: '' });
  if (trace !== undefined && isAround(text, from, to, trace) && (trace.tail.includes(',') || comma === undefined)) {
    cut(from - trace.lead.length, to + trace.tail.length);
  } else if (comma !== undefined && comma !== blanksAfter(text, to)) {
    // A comment stands between it and its comma.
    cut(from, to);
    cut(comma, comma + 1);
  } else {
    const end = comma === undefined ? to : comma + 1;
    const next = blanksOnLine(text, end);
    const isLastOnLine = next === text.length || text[next] === '\n' || text[next] === '\r';
    const lead = spacesBefore(text, from);
    const newline = from - lead.length + lead.lastIndexOf('\n');
    if (!lead.includes('\n')) cut(before === undefined ? from : from - lead.length, before === undefined ? next : end);
    else if (isLastOnLine) cut(text[newline - 1] === '\r' ? newline - 1 : newline, end);
    else cut(from, comma === undefined ? end : next);
  }
  if (comma === undefined && before !== undefined) {
    const theirs = commaAfter(text, endOf(before));
    if (theirs !== undefined) cut(theirs, theirs + 1);
  }
  return edited(text, edits);
}
