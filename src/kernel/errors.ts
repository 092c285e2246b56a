/** Defines the errors that an operator can act on. Anything else that is thrown is a bug and is caught only at an edge. */
import { folderTrouble } from './folder-trouble.ts';
import { wordFor } from './foreign.ts';

export type ErrorCode = 'not-found' | 'conflict' | 'invalid' | 'unavailable' | 'timeout' | 'denied';

export interface ErrorExtras {
  /** The next step, as a sentence or a command. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** The message names the thing that failed and never holds a secret's value. */
export class McptuiError extends Error {
  override readonly name = 'McptuiError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, extras: ErrorExtras = {}) {
    super(message, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.code = code;
    this.hint = extras.hint;
  }
}

/** The form that crosses a channel or `-o json`; see `fromErrorJson`. */
export interface ErrorJson {
  readonly code: ErrorCode | 'bug';
  readonly message: string;
  readonly hint?: string;
}

export function toErrorJson(error: unknown): ErrorJson {
  if (error instanceof McptuiError) {
    return { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
  const trouble = folderTrouble(error);
  return trouble === undefined ? { code: 'bug', message: messageOf(error) } : { code: 'unavailable', ...trouble };
}

export function fromErrorJson(json: ErrorJson): Error {
  if (json.code === 'bug') return new Error(json.message);
  return new McptuiError(json.code, json.message, json.hint === undefined ? {} : { hint: json.hint });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : wordFor(error);
}

/** Node's `ENOENT`, `EPIPE` … of a system error; undefined for anything else. */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
