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

/** Parts of a path that tell nothing but what every server's says. */
const PLAIN_SEGMENT = /^(?:[a-z]{1,8}|v\d{1,2}|streamable-http)$/;

/**
 * An address as people may see it: scheme, host, and of the path what is short and plain. What may be a secret is not there:
 * user, query, fragment, and any other part of the path that `isShown` does not know, of which stands `…`.
 */
export function shownUrl(url: URL, isShown: (part: string) => boolean = () => false): string {
  const path = url.pathname
    .split('/')
    .map((part) => (part === '' || PLAIN_SEGMENT.test(part) || isShown(part) ? part : '…'))
    .join('/');
  return `${url.protocol}//${url.host}${path}`;
}

/** The same for text that may be no URL. */
export function shownAddress(text: string): string {
  const url = parseUrl(text);
  return url === undefined ? '…' : shownUrl(url);
}

/** The same for an address that has been checked already. @throws McptuiError `invalid` */
export function checkedUrl(text: string): URL {
  const url = parseUrl(text);
  if (url === undefined) throw new McptuiError('invalid', `${wordFor(text)} is no URL`);
  return url;
}

/** Whether a URL's host is this machine, whatever its name would resolve to elsewhere. */
export function isLoopbackHost(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
