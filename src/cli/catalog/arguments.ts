/** Reads the arguments of a tool as the command line gives them. */
import { McptuiError, messageOf } from '../../kernel/errors.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import { readInput } from '../content/text-file.ts';

const HINT = `--args '{"text": "hi"}', or --arg text=hi --arg count:=3`;

/** `args`: a JSON object, or `-` for stdin; `each`: `name=text` or `name:=JSON`, which come on top. @throws McptuiError `invalid` */
export async function toolArguments(args: string | undefined, each: readonly string[]): Promise<JsonObject> {
  const given = args === undefined ? {} : parseObject(args === '-' ? await readInput('-') : args);
  return { ...given, ...Object.fromEntries(each.map(oneArgument)) };
}

function parseObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new McptuiError('invalid', `--args is not JSON: ${messageOf(error)}`, { hint: HINT });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new McptuiError('invalid', '--args must be a JSON object', { hint: HINT });
  }
  return value as JsonObject;
}

function oneArgument(text: string): readonly [string, Json] {
  const [, name, sign, value] = /^([^=]*?)(:?=)(.*)$/s.exec(text) ?? [];
  if (name === undefined || name === '' || value === undefined) {
    throw new McptuiError('invalid', `--arg ${text}: use NAME=TEXT or NAME:=JSON`, { hint: HINT });
  }
  if (sign === '=') return [name, value];
  try {
    return [name, JSON.parse(value) as Json];
  } catch (error) {
    throw new McptuiError('invalid', `--arg ${name}: ${messageOf(error)}`, { hint: HINT });
  }
}
