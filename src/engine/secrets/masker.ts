/** Replaces known secret values in text that people or files will see. */
import type { Json } from '../../json.ts';
import { literally } from '../../literally.ts';

/** Shorter values would mask ordinary text; such a secret is a guess away anyway. */
const MIN_LENGTH = 4;

export class Masker {
  readonly #names = new Map<string, string>();
  #pattern: RegExp | undefined;

  /** `name` is shown in place of the value: `[secret env/TOKEN]`. */
  learn(name: string, value: string): void {
    for (const form of formsOf(value)) {
      if (form.length < MIN_LENGTH || this.#names.has(form)) continue;
      this.#names.set(form, name);
      this.#pattern = undefined;
    }
  }

  mask(text: string): string {
    if (this.#names.size === 0) return text;
    return text.replace(this.#compiled(), (value) => `[secret ${this.#names.get(value) ?? '?'}]`);
  }

  /** Masks every string in a JSON value, keys included. The same value back when nothing matched. */
  maskJson<T extends Json>(value: T): T {
    if (this.#names.size === 0) return value;
    const text = JSON.stringify(value);
    if (!this.#compiled().test(text)) return value;
    this.#compiled().lastIndex = 0;
    return this.#walk(value) as T;
  }

  #walk(value: Json): Json {
    if (typeof value === 'string') return this.mask(value);
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((item: Json) => this.#walk(item));
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.mask(key), this.#walk(item)]));
  }

  #compiled(): RegExp {
    if (this.#pattern === undefined) {
      const forms = [...this.#names.keys()].sort((a, b) => b.length - a.length);
      this.#pattern = new RegExp(forms.map(literally).join('|'), 'g');
    }
    this.#pattern.lastIndex = 0;
    return this.#pattern;
  }
}

/** As it is, as it stands inside JSON text, URL-encoded, base64; lines of a key file one by one. */
function formsOf(value: string): ReadonlySet<string> {
  const lines = value.split(/\r?\n/).filter((line) => line.length >= 16);
  const escaped = JSON.stringify(value).slice(1, -1);
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '');
  const encoded = URL.canParse(`x:${value}`) ? encodeURIComponent(value.toWellFormed()) : value;
  return new Set([value, value.trim(), escaped, encoded, base64, ...lines]);
}
