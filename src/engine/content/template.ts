/** Finds the arguments that a prompt declares, and puts values in their place. Pure. */
import { McptuiError } from '../../kernel/errors.ts';

/** With a backslash in front it is text, and the backslash is not read. */
const VARIABLE = /(\\?)\{\{\s*([A-Za-z_][\w-]{0,63})\s*\}\}/g;

/** Characters of a filled text: little text and a long value could make hundreds of megabytes. */
export const MAX_FILLED_CHARS = 1024 * 1024;

/** A body and the arguments that its front matter lists, `name?` for one that may be left out; without a list each `{{name}}` is one. */
export interface Template {
  readonly body: string;
  readonly arguments?: readonly string[] | undefined;
}

export interface Argument {
  readonly name: string;
  readonly isRequired: boolean;
}

/** In the order of the lists, or of first appearance; each once. */
export function argumentsOf(templates: readonly Template[]): readonly Argument[] {
  const all = new Map<string, boolean>();
  for (const template of templates) {
    for (const { name, isRequired } of ownArguments(template)) all.set(name, isRequired || all.get(name) === true);
  }
  return [...all].map(([name, isRequired]) => ({ name, isRequired }));
}

function ownArguments({ body, arguments: listed }: Template): readonly Argument[] {
  if (listed !== undefined) {
    return listed.map((name) => ({ name: name.replace('?', ''), isRequired: !name.endsWith('?') }));
  }
  const found = Array.from(body.matchAll(VARIABLE)).filter(([, escape]) => escape === '');
  return found.map(([, , name = '']) => ({ name, isRequired: true }));
}

/** `{{name}}` in the body that stands for no argument, as its front matter lists others. */
export function undeclaredIn({ body, arguments: listed }: Template): readonly string[] {
  const known = new Set(listed === undefined ? [] : ownArguments({ body, arguments: listed }).map(({ name }) => name));
  if (listed === undefined) return [];
  return [...new Set(Array.from(body.matchAll(VARIABLE), ([, , name = '']) => name))].filter(
    (name) => !known.has(name),
  );
}

/** A backslash before each of these variables that is text so far. */
export function withEscapes(body: string, names: readonly string[]): string {
  return body.replace(VARIABLE, (whole: string, escape: string, name: string) =>
    escape === '' && names.includes(name) ? `\\${whole}` : whole,
  );
}

/** What is read of it where no values are given: variables stand, backslashes before them are gone. */
export function asRead(template: Template): string {
  return replaced(template, (name) => `{{${name}}}`);
}

function replaced(template: Template, valueOf: (name: string, whole: string) => string): string {
  const names = new Set(ownArguments(template).map(({ name }) => name));
  const isAny = template.arguments === undefined;
  return template.body.replace(VARIABLE, (whole: string, escape: string, name: string) => {
    if (escape !== '') return isAny || names.has(name) ? whole.slice(1) : whole;
    return names.has(name) ? valueOf(name, whole) : whole;
  });
}

/**
 * The templates one after another, filled. Values are put in as they are and not looked into again.
 * @throws McptuiError `invalid` naming what is missing, unknown or too long
 */
export function fillTemplates(templates: readonly Template[], values: Readonly<Record<string, string>>): string {
  const declared = argumentsOf(templates);
  const missing = declared.filter(({ name, isRequired }) => isRequired && !Object.hasOwn(values, name));
  if (missing.length > 0) {
    throw new McptuiError('invalid', `missing argument ${missing.map(({ name }) => name).join(', ')}`);
  }
  const names = declared.map(({ name }) => name);
  const unknown = Object.keys(values).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    const known = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
    throw new McptuiError('invalid', `unknown argument ${unknown.join(', ')}: ${known}`);
  }
  let length = templates.reduce((sum, { body }) => sum + body.length, 0);
  const valueOf = (name: string, whole: string): string => {
    const value = Object.hasOwn(values, name) ? (values[name] ?? '') : '';
    length += value.length - whole.length;
    if (length <= MAX_FILLED_CHARS) return value;
    throw new McptuiError('invalid', `argument ${name} makes the text longer than ${MAX_FILLED_CHARS} characters`, {
      hint: 'give a shorter value',
    });
  };
  return joinTexts(templates.map((template) => replaced(template, valueOf)));
}

/** A linked prompt's text, then the prompt's own. */
export function joinTexts(texts: readonly string[]): string {
  return texts.map((text, index) => (index + 1 < texts.length ? text.trimEnd() : text)).join('\n\n');
}
