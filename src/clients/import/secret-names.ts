/** Names the secrets that an import keeps: by what they are for, once for each value. Pure. */

const MAX_CHARS = 64;

export class SecretNames {
  readonly #kept: ReadonlySet<string>;
  readonly #byValue = new Map<string, string>();
  readonly #taken: Set<string>;

  /** `kept`: names in the encrypted file now. */
  constructor(kept: Iterable<string>) {
    this.#kept = new Set(kept);
    this.#taken = new Set(this.#kept);
  }

  isKept(name: string): boolean {
    return this.#kept.has(name);
  }

  /** `GITHUB_TOKEN` is `github-token`; of another value under that name, the server's name comes before it, then a number. */
  keep(server: string, hint: string, value: string): string {
    const known = this.#byValue.get(value);
    if (known !== undefined) return known;
    const stem = kebab(hint);
    const longer = stem.startsWith(`${server}-`) ? stem : `${server}-${stem}`.slice(0, MAX_CHARS);
    let name = this.#taken.has(stem) ? longer : stem;
    for (let number = 2; this.#taken.has(name); number += 1) name = `${longer}-${number}`;
    this.#taken.add(name);
    this.#byValue.set(value, name);
    return name;
  }

  /** What is typed for a question; the same for each that asks it. */
  ofQuestion(id: string): string {
    const name = kebab(id);
    this.#taken.add(name);
    return name;
  }
}

function kebab(text: string): string {
  const words = text
    .slice(0, 256)
    .toLowerCase()
    .split(/[^a-z0-9]/)
    .filter((word) => word !== '');
  return words.join('-').slice(0, MAX_CHARS).replace(/-$/, '') || 'secret';
}
