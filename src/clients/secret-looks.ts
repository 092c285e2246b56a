/** Tells by its name and by its shape whether a value is a secret, and takes secrets out of texts that are shown. Pure. */
import { namesSecret } from '../kernel/secret-names.ts';

/** Begins of keys and tokens that their makers chose so that they can be found. */
const PREFIXES: readonly string[] = [
  'AIza',
  'AKIA',
  'ASIA',
  'ATATT3x',
  'EAACEdEose0cBA',
  'SG.',
  'dop_v1_',
  'eyJ',
  'ghp_',
  'gho_',
  'ghs_',
  'ghu_',
  'github_pat_',
  'glpat-',
  'gsk_',
  'hf_',
  'lin_api_',
  'ntn_',
  'npm_',
  'pat_',
  'pk_live_',
  'pypi-',
  'rk_live_',
  'rk_test_',
  'secret_',
  'shpat_',
  'sk-',
  'sk_live_',
  'sk_test_',
  'sntrys_',
  'tvly-',
  'whsec_',
  'xapp-',
  'xoxa-',
  'xoxb-',
  'xoxp-',
  'ya29.',
];
/** Shorter text behind a prefix is a word. */
const MIN_PREFIXED = 12;
/** Random text in letters and digits is at least so long, in hexadecimal digits alone longer. */
const MIN_RANDOM = 20;
const MIN_HEX = 32;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a value is a secret by its shape alone. */
export function looksSecret(value: string): boolean {
  const text = value.trim();
  if (text.startsWith('-----BEGIN') && text.includes('PRIVATE KEY')) return true;
  if (hasPassword(text)) return true;
  const [word = '', ...more] = text.split(/\s+/, 3);
  // `Bearer TOKEN`, `Basic TOKEN`.
  const bare = more.length === 1 && /^(?:bearer|basic|token|apikey)$/i.test(word) ? (more[0] ?? '') : text;
  return isToken(bare);
}

function isToken(text: string): boolean {
  if (text.length > 8_192 || /[\s:\\@]/.test(text) || /^[/.~]/.test(text) || UUID.test(text)) return false;
  if (PREFIXES.some((prefix) => text.startsWith(prefix)) && text.length >= MIN_PREFIXED) return true;
  if (!/^[A-Za-z0-9_\-+/=.~]+$/.test(text)) return false;
  if (/^[0-9a-f]+$/i.test(text)) return text.length >= MIN_HEX && /\d/.test(text);
  if (text.length < MIN_RANDOM) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(text)).length;
  // Words with hyphens and a number, names of packages and paths are no secrets.
  return kinds === 3 && text.split('/').length < 4 && changes(text) * 4 >= text.length;
}

/** Letters and digits that follow each other: random text changes often. */
function changes(text: string): number {
  const kindOf = (char: string): number => (/\d/.test(char) ? 0 : /[a-z]/.test(char) ? 1 : /[A-Z]/.test(char) ? 2 : 3);
  let count = 0;
  for (let at = 1; at < text.length; at += 1) if (kindOf(text[at] ?? '') !== kindOf(text[at - 1] ?? '')) count += 1;
  return count;
}

/** `postgres://ann:secret@db`. */
function hasPassword(text: string): boolean {
  const start = text.indexOf('://');
  if (start < 1 || start > 32) return false;
  const [authority = ''] = text.slice(start + 3).split(/[/?#\s]/, 1);
  const at = authority.lastIndexOf('@');
  const colon = authority.indexOf(':');
  return at > 0 && colon >= 0 && colon < at - 1 && !authority.slice(colon + 1, at).startsWith('$');
}

/** Whether a variable, a header or a flag of this name holds a secret in this value. References and placeholders are none. */
export function isSecret(name: string, value: string): boolean {
  const text = value.trim();
  if (text === '' || /^\$|^\{|^%\w+%$|^<|^(?:true|false|null|none|\d{1,6})$/i.test(text)) return false;
  if (text.includes('${') && !looksSecret(text)) return false;
  return namesSecret(name) || looksSecret(text);
}

/** Shorter secrets are hidden between quotes only. */
const MIN_ANYWHERE = 6;

/** What stands in place of a secret. */
export const HIDDEN = '(hidden)';

/** Texts of a document that are secrets by the key that they stand under or by their shape; the longest first. */
export function secretsIn(value: unknown): readonly string[] {
  const found = new Set<string>();
  const walk = (one: unknown, name: string): void => {
    if (typeof one === 'string') {
      if (isSecret(name, one)) found.add(one);
      else for (const word of wordsWithSecrets(one)) found.add(word);
    } else if (Array.isArray(one)) {
      for (const [index, item] of one.entries()) {
        const before: unknown = one[index - 1];
        walk(item, typeof before === 'string' && before.startsWith('--') ? before : name);
      }
    } else if (typeof one === 'object' && one !== null) {
      for (const [key, item] of Object.entries(one)) walk(item, key);
    }
  };
  walk(value, '');
  return [...found].toSorted((a, b) => b.length - a.length);
}

/** `--token=VALUE`, `Authorization: Bearer VALUE`: the value. */
function wordsWithSecrets(text: string): readonly string[] {
  const found = /^([\w.-]{1,128})\s{0,4}[=:]\s{0,4}/.exec(text.slice(0, 200));
  if (found === null) return [];
  const value = text.slice(found[0].length);
  return isSecret(found[1] ?? '', value) ? [value] : [];
}

/** The text of a file with each of these values hidden, however the file escapes them. */
export function hidden(text: string, secrets: readonly string[]): string {
  let out = text;
  for (const secret of secrets) {
    const escaped = JSON.stringify(secret).slice(1, -1);
    // A short one is part of other words: it is one only where it stands alone.
    const quotes = secret.length < MIN_ANYWHERE ? ['"', "'"] : [''];
    for (const quote of quotes)
      for (const form of new Set([secret, escaped])) out = out.replaceAll(quote + form + quote, quote + HIDDEN + quote);
  }
  return out;
}
