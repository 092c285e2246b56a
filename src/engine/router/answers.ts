/** Words the answers of the router itself for an operator. */
import { McptuiError } from '../../kernel/errors.ts';

/** JSON-RPC codes that the router uses for what it says itself; its `data` names the server. */
const UNAVAILABLE = -32000;
const TIMEOUT = -32001;

interface RouterError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly data?: { readonly server?: unknown; readonly state?: unknown; readonly timeoutMs?: unknown };
}

/** Longer answers are results: an error of the router is a line of text. */
const MAX_ERROR_CHARS = 8 * 1024;

/** The error that the router answered with instead of the server; undefined for a server's own answer, error or result. */
export function refusalOf(name: string, answer: string): McptuiError | undefined {
  if (answer.length > MAX_ERROR_CHARS) return undefined;
  const { error } = JSON.parse(answer) as { readonly error?: RouterError };
  if (error === undefined || typeof error.message !== 'string') return undefined;
  if (error.code === TIMEOUT && typeof error.data?.timeoutMs === 'number') {
    return new McptuiError('timeout', `${name}: ${error.message}`);
  }
  if (error.code !== UNAVAILABLE || typeof error.data?.server !== 'string') return undefined;
  return new McptuiError('unavailable', error.message, { hint: hintFor(error.data.server, error.data.state) });
}

/** Names the next step for a server in this state. */
export function hintFor(server: string, state: unknown): string {
  if (state === 'lost') return 'it may have run: check before you call again';
  return state === 'error'
    ? `mcptui retry ${server}, or look: mcptui describe server ${server}`
    : 'mcptui get instances';
}
