/** Parses addresses of foreign origin: the one place that does, because `new URL` throws. */
import { McptuiError } from './errors.ts';
import { wordFor } from './foreign.ts';

/** Longest address that is looked at; what is over it is no address. */
const MAX_URL_CHARS = 8192;

/** Undefined when `text` (relative to `base`, when given) is no URL. */
export function parseUrl(text: string, base?: string): URL | undefined {
  return text.length <= MAX_URL_CHARS && URL.canParse(text, base) ? new URL(text, base) : undefined;
}

/** Path and query of an HTTP request's target; undefined when it is none (`//`, `http://[`). */
export function requestUrl(target: string | undefined): URL | undefined {
  // Targets of the absolute form name a host, which is not ours to look at.
  return parseUrl(target ?? '/', 'http://mcptui');
}

/** The same for an address that has been checked already. @throws McptuiError `invalid` */
export function checkedUrl(text: string): URL {
  const url = parseUrl(text);
  if (url === undefined) throw new McptuiError('invalid', `${wordFor(text)} is no URL`);
  return url;
}
