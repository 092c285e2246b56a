/** Checks the formats of JSON Schema that people type: dates, times, addresses. Pure. */
import { parseUrl } from '../../../kernel/url.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/i;
const MAIL = /^[^\s@]{1,64}@[^\s@]{1,255}$/;

/** What is wrong, with an example; undefined for what fits and for formats that are not known here. */
export function formatProblem(text: string, format: string | undefined): string | undefined {
  switch (format ?? '') {
    case 'date':
      return isDate(text) ? undefined : 'is no date, such as 2026-11-29';
    case 'time':
      return TIME.test(text) ? undefined : 'is no time, such as 14:02:11Z';
    case 'date-time':
      return isDate(text.slice(0, 10)) && /^[Tt ]$/.test(text.charAt(10)) && TIME.test(text.slice(11))
        ? undefined
        : 'is no date with a time, such as 2026-11-29T14:02:11Z';
    case 'uri':
    case 'url':
      return parseUrl(text) === undefined ? 'is no address, such as https://example.com' : undefined;
    case 'email':
      return MAIL.test(text) ? undefined : 'is no e-mail address, such as ann@example.com';
    default:
      return undefined;
  }
}

/** A day that the calendar has. */
function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
