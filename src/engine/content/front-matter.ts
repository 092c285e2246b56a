/** Splits front matter, between two lines of `---`, from its body; reads it strictly or, of other programs' files, line by line. Pure. */
import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';
import { McptuiError, messageOf } from '../../kernel/errors.ts';

/** In characters; parsing takes time that agents wait for. */
export const MAX_FRONT_MATTER = 16 * 1024;

const require = createRequire(import.meta.url);
let loaded: typeof Yaml | undefined;
/** Loaded at the first document: an engine that starts up for an agent's call needs none. */
export function yaml(): typeof Yaml {
  return (loaded ??= require('yaml') as typeof Yaml);
}

export interface Split {
  /** The lines between the fences. */
  readonly head: string;
  readonly body: string;
}

/** Undefined for a text that does not begin with front matter. @throws McptuiError `invalid` for one that does not end */
export function splitFrontMatter(what: string, text: string): Split | undefined {
  const found = /^\uFEFF?---[ \t]*\r?\n/.exec(text);
  if (found === null) return undefined;
  const rest = text.slice(found[0].length);
  const end = /^---[ \t]*(?:\r?\n|$)/m.exec(rest);
  if (end === null) {
    throw new McptuiError('invalid', `${what}: the front matter has no closing line of ---`, {
      hint: 'end it with a line that is just ---; a text without front matter begins with another line',
    });
  }
  return { head: rest.slice(0, end.index), body: rest.slice(end.index + end[0].length) };
}

/** @throws McptuiError `invalid` with the line of the document */
export function strictFields(what: string, head: string): Readonly<Record<string, unknown>> {
  checkLength(what, head);
  let value: unknown;
  try {
    value = yaml().parse(head) ?? {};
  } catch (error) {
    throw new McptuiError('invalid', `${what}: front matter${faultOf(error)}`, { cause: error });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new McptuiError('invalid', `${what}: the front matter is not a list of \`field: value\``);
}

/** The library counts lines from where it began, which is one below the fence. */
function faultOf(error: unknown): string {
  const [first = ''] = messageOf(error).split('\n');
  // Not only syntax: an alias too many is another kind of error.
  if (!(error instanceof yaml().YAMLParseError)) return `: ${first}`;
  const { line = 0, col = 0 } = error.linePos?.[0] ?? {};
  const at = first.lastIndexOf(' at line ');
  return `, line ${line + 1}, column ${col}: ${at < 0 ? first : first.slice(0, at)}`;
}

function checkLength(what: string, head: string): void {
  if (head.length <= MAX_FRONT_MATTER) return;
  throw new McptuiError('invalid', `${what}: the front matter is over ${MAX_FRONT_MATTER} characters long`);
}

/** One `key: value` of a front matter with the lines that belong to it. */
export interface LooseField {
  readonly key: string;
  readonly lines: string;
  /** As YAML where it is, else the text as it stands: `*.ts` is no YAML. */
  readonly value: unknown;
}

const KEY = /^([A-Za-z_][\w.-]*):(?=[ \t]|$)/;

/** Fields of a file that another program reads in its own way. Undefined when it begins with no `key:`: then it is none. */
export function looseFields(what: string, head: string): readonly LooseField[] | undefined {
  checkLength(what, head);
  const groups: { readonly key: string; readonly lines: string[] }[] = [];
  for (const line of head.split(/\r?\n/)) {
    const key = KEY.exec(line)?.[1];
    const group = groups.at(-1);
    if (key !== undefined) groups.push({ key, lines: [line] });
    else if (group !== undefined) group.lines.push(line);
    else if (line.trim() !== '' && !line.startsWith('#')) return undefined;
  }
  return groups.map(({ key, lines }) => ({ key, lines: lines.join('\n').trimEnd(), value: looseValue(key, lines) }));
}

function looseValue(key: string, lines: readonly string[]): unknown {
  try {
    const value: unknown = yaml().parse(lines.join('\n'));
    return (value as Record<string, unknown>)[key];
  } catch {
    const [first = '', ...rest] = lines;
    return [first.slice(key.length + 1), ...rest]
      .map((line) => line.trim())
      .join(' ')
      .trim();
  }
}
