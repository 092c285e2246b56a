/** `{{variables}}` in a prompt: what it declares, and its text with values in their place. Pure. */
import { McptuiError } from '../../errors.ts';

const VARIABLE = /\{\{\s*([A-Za-z_][\w-]{0,63})\s*\}\}/g;

/** Characters of a filled text: little text and a long value could make hundreds of megabytes. */
export const MAX_FILLED_CHARS = 1024 * 1024;

/** Names in order of first appearance, each once. */
export function variablesOf(text: string): readonly string[] {
  return [...new Set(Array.from(text.matchAll(VARIABLE), (match) => match[1] ?? ''))];
}

/** Values are put in as they are and not looked into again. @throws McptuiError `invalid` naming what is missing, unknown or too long */
export function fillTemplate(text: string, values: Readonly<Record<string, string>>): string {
  const declared = variablesOf(text);
  const missing = declared.filter((name) => !Object.hasOwn(values, name));
  if (missing.length > 0) throw new McptuiError('invalid', `missing argument ${missing.join(', ')}`);
  const unknown = Object.keys(values).filter((name) => !declared.includes(name));
  if (unknown.length > 0) {
    const known = declared.length === 0 ? 'it has none' : `it has ${declared.join(', ')}`;
    throw new McptuiError('invalid', `unknown argument ${unknown.join(', ')}: ${known}`);
  }
  let length = text.length;
  for (const [whole, name = ''] of text.matchAll(VARIABLE)) {
    length += (values[name] ?? '').length - whole.length;
    if (length <= MAX_FILLED_CHARS) continue;
    throw new McptuiError('invalid', `argument ${name} makes the text longer than ${MAX_FILLED_CHARS} characters`, {
      hint: 'give a shorter value',
    });
  }
  return text.replace(VARIABLE, (_whole, name: string) => values[name] ?? '');
}
