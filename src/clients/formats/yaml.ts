/** Edits entries in YAML: maps and lists, in block and flow style, by the ranges of the parsed document. Pure. */
import {
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  stringify,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { wordFor } from '../../kernel/foreign.ts';
import {
  afterEol,
  beforeEol,
  edited,
  eolOf,
  FormatFault,
  isAround,
  isObject,
  lineEnd,
  lineStart,
  startsLine,
  type FileFormat,
  type Place,
  type Put,
  type Trace,
} from './format.ts';

/** An entry of a container, and the text that is its own. */
interface Item {
  readonly name: unknown;
  readonly from: number;
  readonly to: number;
  readonly value: Node | null;
}

type Container = YAMLMap | YAMLSeq;

export const yaml: FileFormat = {
  parse: (text) => plainOf(documentOf(text)),

  put(text, place, name, value) {
    const document = documentOf(text);
    const root = document.contents;
    if (root === null) return appended(text, wrapped(place, place.path.length, name, value), place.path.length + 1);
    const { node, missing, holder } = reach(root, place);
    if (node === undefined) return underKey(text, holder, place, name, value);
    const made = missing.length;
    const items = itemsOf(text, node);
    const old = made === 0 ? items.find((item) => item.name === name) : undefined;
    const key = made === 0 ? name : (missing[0] ?? name);
    const held = made === 0 ? value : wrapped(place, made - 1, name, value);
    const isList = made === 0 && isSeq(node);
    if (old !== undefined) return replaced(text, node, old, isList, name, value);
    return node.flow === true || items.length === 0
      ? intoFlow(text, node, items, isList ? listItem(name, value) : { [key]: held }, made)
      : intoBlock(text, node, items, isList ? [listItem(name, value)] : { [key]: held }, made);
  },

  take(text, place, name, trace) {
    const { node, missing, parents } = reach(documentOf(text).contents as Node, place);
    if (node === undefined || missing.length > 0) return text;
    const entry = itemsOf(text, node).find((item) => item.name === name);
    if (entry === undefined) return text;
    const made = trace === undefined ? undefined : madeFor(text, [...parents, node], entry, trace.made);
    if (made !== undefined && trace !== undefined && isTraced(text, made, trace)) {
      return edited(text, [{ from: made.from - trace.lead.length, to: made.to + trace.tail.length, text: '' }]);
    }
    return without(text, node, entry, parents.at(-1));
  },
};

/** Nothing was put behind it since that needs a comma of its own. */
function isTraced(text: string, { from, to }: Item, trace: Trace): boolean {
  return isAround(text, from, to, trace) && (trace.tail.includes(',') || commaAfter(text, to) === undefined);
}

function documentOf(text: string): Document {
  let document: Document;
  try {
    document = parseDocument(text, { prettyErrors: false, logLevel: 'error' });
  } catch {
    throw new FormatFault(0, 'it is nested too deep');
  }
  const [error] = document.errors;
  if (error !== undefined) throw new FormatFault(error.pos[0], sentence(error.message));
  const { contents } = document;
  if (contents === null || isMap(contents)) return document;
  if (isScalar(contents) && contents.value === null && contents.source === '')
    return Object.assign(document, { contents: null });
  throw new FormatFault(contents.range?.[0] ?? 0, 'it is not a list of `key: value`');
}

const sentence = (message: string): string => `${message.slice(0, 1).toLowerCase()}${message.slice(1, 300)}`;

function plainOf(document: Document): unknown {
  try {
    return document.contents === null ? undefined : (document.toJS({ maxAliasCount: 100 }) as unknown);
  } catch {
    throw new FormatFault(0, 'its aliases stand for too much');
  }
}

interface Reached {
  /** The container, or the last one above it that is there; undefined where a key holds nothing. */
  readonly node: Container | undefined;
  readonly missing: readonly string[];
  /** Above the container, outermost first. */
  readonly parents: readonly YAMLMap[];
  /** The pair that holds nothing. */
  readonly holder: Pair | undefined;
}

/** @throws FormatFault where a key holds something else */
function reach(root: Node, { path, shape }: Place): Reached {
  let node: Container = root as YAMLMap;
  const parents: YAMLMap[] = [];
  for (const [index, key] of path.entries()) {
    const map = node as YAMLMap;
    const pair: Pair | undefined = map.items.find((item) => isScalar(item.key) && item.key.value === key);
    if (pair === undefined) return { node, missing: path.slice(index), parents, holder: undefined };
    const value = pair.value as Node | null;
    const isLast = index === path.length - 1;
    if (value === null || (isScalar(value) && value.value === null && value.source === '')) {
      if (!isLast) throw new FormatFault(rangeOf(pair.key as Node)[0], `"${key}" holds nothing`);
      return { node: undefined, missing: [], parents: [...parents, map], holder: pair };
    }
    const isRight = isLast && shape === 'array' ? isSeq(value) : isMap(value);
    if (!isRight) {
      throw new FormatFault(rangeOf(value)[0], `"${key}" is not a ${isLast && shape === 'array' ? 'list' : 'map'}`);
    }
    parents.push(map);
    node = value as Container;
  }
  return { node, missing: [], parents, holder: undefined };
}

function rangeOf(node: Node): readonly [number, number, number] {
  if (!node.range) throw new FormatFault(0, 'it cannot be read');
  return node.range;
}

/** With the place of each in the text. Duplicates among a list's names are faults, too. */
function itemsOf(text: string, node: Container): readonly Item[] {
  const items = isMap(node)
    ? node.items.map((pair): Item => {
        const [from, keyEnd] = rangeOf(pair.key as Node);
        const value = pair.value as Node | null;
        return {
          name: (pair.key as { value?: unknown }).value,
          from,
          to: endIn(text, value?.range?.[1] ?? keyEnd),
          value,
        };
      })
    : node.items.map((item): Item => {
        const value = item as Node;
        const [from, to] = rangeOf(value);
        const dash = node.flow === true ? from : text.lastIndexOf('-', from);
        return { name: isMap(value) ? value.get('name') : undefined, from: dash, to: endIn(text, to), value };
      });
  const names = new Set<unknown>();
  for (const { name, from } of items) {
    if (name !== undefined && names.has(name)) throw new FormatFault(from, `"${wordFor(name)}" is there twice`);
    names.add(name);
  }
  return items;
}

/** Ends of blocks are behind their last end of line, which is not theirs. */
function endIn(text: string, end: number): number {
  return beforeEol(text, end) ?? end;
}

const listItem = (name: string, value: unknown): unknown => ({ name, ...(isObject(value) ? value : {}) });

/** The entry inside the last `levels` keys of the path. */
function wrapped({ path, shape }: Place, levels: number, name: string, value: unknown): unknown {
  const inner = shape === 'array' ? [listItem(name, value)] : { [name]: value };
  return path.slice(path.length - levels).reduceRight<unknown>((held, key) => ({ [key]: held }), inner);
}

function blockOf(value: unknown, indent: string, eol: string): string {
  const lines = stringify(value, { lineWidth: 0 }).trimEnd().split('\n');
  return lines.map((line) => (line === '' ? '' : indent + line)).join(eol);
}

function appended(text: string, value: unknown, made: number): Put {
  const eol = eolOf(text);
  const lead = text === '' || text.endsWith('\n') ? '' : eol;
  return { text: text + lead + blockOf(value, '', eol) + eol, trace: { lead, tail: eol, made } };
}

/** A key that holds nothing gets its first entry. */
function underKey(text: string, pair: Pair | undefined, place: Place, name: string, value: unknown): Put {
  const [start, end] = rangeOf(pair?.key as Node);
  const at = lineEnd(text, end);
  const eol = eolOf(text);
  const indent = ' '.repeat(start - lineStart(text, start) + 2);
  const lead = eol + indent;
  const body = blockOf(wrapped(place, 0, name, value), indent, eol).slice(indent.length);
  return { text: edited(text, [{ from: at, to: at, text: lead + body }]), trace: { lead, tail: '', made: 0 } };
}

function intoBlock(text: string, node: Container, items: readonly Item[], value: unknown, made: number): Put {
  const [first] = items;
  const last = items.at(-1);
  if (first === undefined || last === undefined) throw new FormatFault(rangeOf(node)[0], 'it cannot be read');
  const eol = eolOf(text);
  const indent = ' '.repeat(first.from - lineStart(text, first.from));
  const lead = eol + indent;
  const at = lineEnd(text, last.to);
  const body = blockOf(value, indent, eol).slice(indent.length);
  return { text: edited(text, [{ from: at, to: at, text: lead + body }]), trace: { lead, tail: '', made } };
}

function flowOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowOf).join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}: ${flowOf(item)}`)
    .join(', ')} }`;
}

function intoFlow(text: string, node: Container, items: readonly Item[], value: unknown, made: number): Put {
  const [start] = rangeOf(node);
  const last = items.at(-1);
  const body = isMap(node) ? flowOf(value).slice(2, -2) : flowOf(value);
  const insert = (at: number, lead: string, tail: string): Put => ({
    text: edited(text, [{ from: at, to: at, text: lead + body + tail }]),
    trace: { lead, tail, made },
  });
  if (last === undefined) return insert(start + 1, '', '');
  const comma = commaAfter(text, last.to);
  return comma === undefined ? insert(last.to, ', ', '') : insert(comma + 1, ' ', ',');
}

function commaAfter(text: string, at: number): number | undefined {
  let next = at;
  while (/\s/.test(text[next] ?? '')) next += 1;
  return text[next] === ',' ? next : undefined;
}

function replaced(text: string, node: Container, old: Item, isList: boolean, name: string, value: unknown): Put {
  const eol = eolOf(text);
  const whole = isList ? [listItem(name, value)] : { [name]: value };
  const indent = ' '.repeat(old.from - lineStart(text, old.from));
  const flow = isList ? flowOf(listItem(name, value)) : flowOf(whole).slice(2, -2);
  const body = node.flow === true ? flow : blockOf(whole, indent, eol).slice(indent.length);
  return { text: edited(text, [{ from: old.from, to: old.to, text: body }]) };
}

/** Text of the outermost key that was made for the entry, while it is all that they hold; undefined when it is not. */
function madeFor(text: string, above: readonly Container[], entry: Item, made: number): Item | undefined {
  let item = entry;
  for (let left = made, level = above.length - 1; left > 0; left -= 1, level -= 1) {
    const node = above[level];
    if (node === undefined || itemsOf(text, node).length !== 1) return undefined;
    const outer = above[level - 1];
    if (outer === undefined) return left === 1 ? item : undefined;
    const found = itemsOf(text, outer).find(({ value }) => value === node);
    if (found === undefined) return undefined;
    item = found;
  }
  return item;
}

function without(text: string, node: Container, { from, to }: Item, parent: YAMLMap | undefined): string {
  const isOnly = node.items.length === 1;
  if (node.flow === true) {
    const comma = commaAfter(text, to);
    if (comma !== undefined) return edited(text, [{ from, to: afterSpaces(text, comma + 1), text: '' }]);
    const before = isOnly ? from : text.lastIndexOf(',', from);
    return edited(text, [{ from: before, to, text: '' }]);
  }
  if (!startsLine(text, from)) throw new FormatFault(from, 'it begins on the line of something else');
  const end = lineEnd(text, to);
  const start = lineStart(text, from);
  const eol = beforeEol(text, start);
  const cut = eol === undefined ? { from: start, to: afterEol(text, end), text: '' } : { from: eol, to: end, text: '' };
  if (!isOnly) return edited(text, [cut]);
  // A key without its last entry would hold nothing, which is no map.
  const left = isSeq(node) ? '[]' : '{}';
  const holder = parent?.items.find(({ value }) => value === node);
  if (holder === undefined) return edited(text, [{ ...cut, text: left }]);
  const colon = text.indexOf(':', rangeOf(holder.key as Node)[1]) + 1;
  return edited(text, [{ from: colon, to: colon, text: ` ${left}` }, cut]);
}

function afterSpaces(text: string, at: number): number {
  let next = at;
  while (text[next] === ' ') next += 1;
  return next;
}
