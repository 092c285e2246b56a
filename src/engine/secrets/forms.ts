/**
 * Lists how a secret may stand in a text: as it is, escaped in JSON, percent-encoded, in a form or in markup, in base64 at
 * any offset, in hex. Pure.
 */

/** Longer values are refused where they are set and resolved. */
export const MAX_SECRET_CHARS = 64 * 1024;
/** Shorter ones would be found in ordinary text; a secret that short is a guess away anyway. */
export const MIN_SECRET_CHARS = 6;
/** A line of a key file is looked for by itself. */
const MIN_LINE_CHARS = 16;

/** None for a value that is too weak to be looked for. */
export function formsOf(value: string): ReadonlySet<string> {
  const wellFormed = value.toWellFormed().slice(0, MAX_SECRET_CHARS);
  const lines = wellFormed.split(/\r?\n/).filter((line) => line.length >= MIN_LINE_CHARS);
  const forms = new Set([value.slice(0, MAX_SECRET_CHARS), wellFormed, wellFormed.trim(), ...lines]);
  const made = [jsonForms, percentForms, markupForms, binaryForms].flatMap((make) => make(wellFormed));
  for (const form of made) forms.add(form);
  for (const form of forms) if (form.length < MIN_SECRET_CHARS) forms.delete(form);
  return forms;
}

/** Escapes differ between writers: of the slash, of what is not ASCII, of what HTML knows, of everything. */
function jsonForms(value: string): readonly string[] {
  const plain = JSON.stringify(value).slice(1, -1);
  const html = /[<>&']/g;
  const beyond = /[^\x20-\x7e]/g;
  const forms = [plain];
  for (const escaped of [escapedLower, escapedUpper]) {
    const ascii = plain.replace(beyond, escaped);
    forms.push(ascii, ascii.replace(html, escaped), plain.replace(html, escaped));
    forms.push([...Array(value.length).keys()].map((at) => escaped(value.charAt(at))).join(''));
  }
  return forms.flatMap((form) => (form.includes('/') ? [form, form.replaceAll('/', '\\/')] : [form]));
}

const unit = (char: string): string => char.charCodeAt(0).toString(16).padStart(4, '0');
const escapedLower = (char: string): string => `\\u${unit(char)}`;
const escapedUpper = (char: string): string => `\\u${unit(char).toUpperCase()}`;

function percentForms(value: string): readonly string[] {
  const plain = encodeURIComponent(value);
  const strict = plain.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = strict.replaceAll('%20', '+');
  // `application/x-www-form-urlencoded` as Java and browsers write it.
  const tilde = form.replaceAll('~', '%7E');
  const browser = tilde.replaceAll('%2A', '*');
  const lower = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  const everything = [...Buffer.from(value)]
    .map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`)
    .join('');
  return [plain, strict, form, tilde, browser, everything].flatMap((text) => [text, lower(text)]);
}

/** Writers differ in which quotes they escape, and how. */
function markupForms(value: string): readonly string[] {
  const bare = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const double = bare.replaceAll('"', '&quot;');
  const quotes = ['&#39;', '&#x27;', '&apos;'].map((quote) => double.replaceAll("'", quote));
  // Of all that is neither letter nor digit, as the strictest writers do.
  const numbers = [10, 16].map((radix) =>
    value.replace(/[^A-Za-z0-9]/gu, (char) => `&#${radix === 16 ? 'x' : ''}${char.codePointAt(0)?.toString(radix)};`),
  );
  return [bare, double, ...quotes, ...numbers];
}

function binaryForms(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  const base64 = [bytes.toString('base64').replace(/=+$/, ''), ...[0, 1, 2].map((offset) => base64At(bytes, offset))];
  const url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [hex, hex.toUpperCase(), ...base64, ...url];
}

/** The characters that the value alone decides, `offset` bytes behind the begin of a group of three. */
function base64At(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  const begin = [0, 2, 3][offset] ?? 0;
  const whole = text.replace(/=+$/, '');
  // The last character of an unfinished group holds bits of what follows.
  return whole.slice(begin, whole.length % 4 === 0 ? undefined : -1);
}
