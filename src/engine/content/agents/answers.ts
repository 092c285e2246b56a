/** Makes answers for the router: results, and errors in the protocol's own codes. Pure. */
import { McptuiError } from '../../../kernel/errors.ts';
import type { Json, JsonObject } from '../../../kernel/json.ts';
import type { BuiltinAnswer } from '../../../mcp/types/builtin.ts';

const INVALID_PARAMS = -32602;
/** Of the specification's revisions up to 2025-11-25. */
const NOT_FOUND = -32002;

/** Whether two lists say the same; items that are the same object are not looked into. */
export function sameItems(a: readonly JsonObject[], b: readonly JsonObject[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index] || sameText(item, b[index]));
}

function sameText(a: JsonObject, b: JsonObject | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Arguments of a prompt. @throws McptuiError `invalid` */
export function valuesOf(args: Json | undefined): Readonly<Record<string, string>> {
  if (args === undefined || args === null) return {};
  if (typeof args !== 'object' || Array.isArray(args)) throw new McptuiError('invalid', 'arguments: not an object');
  for (const [name, value] of Object.entries(args)) {
    if (typeof value !== 'string') throw new McptuiError('invalid', `argument ${name}: not a string`);
  }
  return args as Readonly<Record<string, string>>;
}

/** An operator's error becomes the protocol's. */
export function answered(make: () => JsonObject): BuiltinAnswer {
  try {
    return { result: make() };
  } catch (error) {
    if (!(error instanceof McptuiError)) throw error;
    return { error: { code: INVALID_PARAMS, message: `Invalid params: ${error.message}` } };
  }
}

export function contents(uri: string, mimeType: string, text: string): BuiltinAnswer {
  return { result: { contents: [{ uri, mimeType, text }] } };
}

export function promptResult(text: string, description: string): JsonObject {
  const messages = [{ role: 'user', content: { type: 'text', text } }];
  return { ...(description === '' ? {} : { description }), messages };
}

export function notFound(uri: string): BuiltinAnswer {
  return { error: { code: NOT_FOUND, message: `Resource not found: ${uri}`, data: { uri } } };
}

/** A tool's own failure, which its model may mend. */
export function failedTool(text: string): BuiltinAnswer {
  return { result: { content: [{ type: 'text', text }], isError: true } };
}
