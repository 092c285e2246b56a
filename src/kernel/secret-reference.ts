/**
 * Reads references to secrets: `secret:env/NAME`, `secret:file/NAME`, and of a backend that an operator has named
 * `secret:BACKEND/PATH#KEY`. The one grammar of definitions, flags and forms. Pure.
 */

/** Which secret of which backend; `path` holds the key behind a `#`. */
export interface SecretReference {
  readonly backend: string;
  readonly path: string;
}

/** Inside a longer text a slash ends these. */
const BUILT_IN = String.raw`(?:env|file)\/[\w.-]{1,128}`;
const NAMED = String.raw`[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?\/[\w.@+:\/-]{1,200}(?:#[\w.@+:-]{1,128})?`;

/** In braces, for other expressions: the reference without them is the first group. */
export const BRACED_REFERENCE = String.raw`\{secret:(${BUILT_IN}|${NAMED})\}`;
/** Without braces where only a slash, `&` or the end bounds it: of `env` and `file` alone. */
export const BARE_REFERENCE = String.raw`secret:(${BUILT_IN})`;
/** Either, braces apart. */
export const ANY_REFERENCE = `secret:(?:${BUILT_IN}|${NAMED})`;

/** How references are written, for hints. */
export const REFERENCE_FORMS =
  'a secret is secret:env/NAME, secret:file/NAME or secret:BACKEND/PATH#KEY, and {secret:env/NAME} inside a longer text';

const WHOLE = new RegExp(`^\\{?secret:(${BUILT_IN}|${NAMED})\\}?$`);

/** The whole text is one, with or without braces; undefined when it is none. */
export function wholeReferenceIn(text: string): SecretReference | undefined {
  const [, key] = WHOLE.exec(text) ?? [];
  return key === undefined ? undefined : referenceOf(key);
}

/** Of `BACKEND/PATH`; undefined for what no backend has. */
export function referenceOf(key: string): SecretReference | undefined {
  const slash = key.indexOf('/');
  if (slash < 1) return undefined;
  const [backend, path] = [key.slice(0, slash), key.slice(slash + 1)];
  if (path === '' || !isPathOf(backend, path)) return undefined;
  return { backend, path };
}

/** No path climbs out of where it is. */
function isPathOf(backend: string, path: string): boolean {
  if (backend === 'env' || backend === 'file') return /^[\w.-]{1,128}$/.test(path);
  const [place = ''] = path.split('#', 1);
  return (
    new RegExp(`^${NAMED}$`).test(`${backend}/${path}`) &&
    !place.startsWith('-') &&
    place.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}
