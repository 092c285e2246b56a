/** Replaces known secret values in text that people or files will see. */
import { BoundedMap } from '../../kernel/bounded-map.ts';
import { cutText, MAX_TEXT_CHARS } from '../../kernel/foreign.ts';
import type { Json } from '../../kernel/json.ts';
import { FormIndex } from './form-index.ts';
import { formsOf } from './forms.ts';
import { weakness } from './strength.ts';

/** Beyond what is kept: masking makes a text shorter. */
const SLACK_CHARS = 1_024;
/** Values of one name that are known at once: a token that was renewed is looked for until so many newer ones are. */
const MAX_VALUES = 8;

export class Masker {
  /** Name → value → its forms, the newest value last. */
  readonly #values = new Map<string, BoundedMap<string, ReadonlySet<string>>>();
  #index: FormIndex | undefined;

  /** `name` is shown in place of the value: `[secret env/TOKEN]`. A value that is too weak is not looked for. Never throws. */
  learn(name: string, value: string): void {
    if (value.trim() === '' || weakness(value) !== undefined) return;
    let values = this.#values.get(name);
    if (values === undefined) this.#values.set(name, (values = new BoundedMap(MAX_VALUES)));
    const known = values.get(value);
    values.set(value, known ?? formsOf(value));
    if (known === undefined) this.#index = undefined;
  }

  mask(text: string): string {
    if (this.#values.size === 0) return text;
    return this.#indexed().replace(text, (name) => `[secret ${name}]`);
  }

  /** A foreign text as it is kept: masked first, then cut; more than what can matter is not looked at. */
  cut(text: string, max: number = MAX_TEXT_CHARS): string {
    const most = this.reach(max);
    if (text.length <= most) return cutText(this.mask(text), max);
    const begin = text.slice(0, most);
    // Masking makes the text shorter: the begin of a secret that is cut off at the end must not move into the kept part.
    return `${cutText(this.mask(begin.slice(0, this.safeEnd(begin))), max - 1)}…`.replace(/……$/, '…');
  }

  /** Characters of a text that `cut` looks at. */
  reach(max: number): number {
    return max + this.overlap + SLACK_CHARS;
  }

  /** Characters of a stream to hold back, so that no secret is cut in two: the longest form, less one. */
  get overlap(): number {
    return this.#values.size === 0 ? 0 : Math.max(0, this.#indexed().longest - 1);
  }

  /** Up to where an unfinished text may be masked and let go. */
  safeEnd(text: string): number {
    return this.#values.size === 0 ? text.length : this.#indexed().safeEnd(text);
  }

  /** Masks every string in plain data, keys included. The same value back when nothing matched. */
  maskJson<T>(value: T): T {
    if (this.#values.size === 0) return value;
    return this.#walk(value as Json) as T;
  }

  #walk(value: Json): Json {
    if (typeof value === 'string') return this.mask(value);
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) {
      const items = value.map((item: Json) => this.#walk(item));
      return items.some((item, index) => item !== value[index]) ? items : value;
    }
    const entries = Object.entries(value);
    const masked = entries.map(([key, item]): [string, Json] => [this.mask(key), this.#walk(item)]);
    const isSame = masked.every(([key, item], index) => key === entries[index]?.[0] && item === entries[index][1]);
    return isSame ? value : Object.fromEntries(masked);
  }

  /** What is looked for, and the name that stands in its place: for a thread that masks by itself. */
  get forms(): ReadonlyMap<string, string> {
    const names = new Map<string, string>();
    for (const [name, values] of this.#values) {
      for (const forms of values.values()) for (const form of forms) if (!names.has(form)) names.set(form, name);
    }
    return names;
  }

  #indexed(): FormIndex {
    return (this.#index ??= new FormIndex(this.forms));
  }
}
