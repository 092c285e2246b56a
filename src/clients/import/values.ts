/** Turns texts of clients' files into values of ours: variables become references, secrets go to the secret store. Pure. */
import { namesSecret } from '../../kernel/secret-names.ts';
import { isSecret, looksSecret, secretsIn } from '../secret-looks.ts';
import type { Dialect } from '../table.ts';
import type { EnvDraft, HeaderDraft, Need, NewSecret } from './draft.ts';
import type { Named } from './foreign.ts';
import type { SecretNames } from './secret-names.ts';
import { partsOf, type Part } from './variables.ts';

/** Why an entry cannot be taken. Caught where one is planned. */
export class Refusal extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'Refusal';
  }
}

export interface Surroundings {
  /** Variables of who imports. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** The folder of the project that the file belongs to, or the one that the import is made in. */
  readonly folder: string;
}

/** Values of one entry, and what they brought along. */
export class Values {
  readonly #dialect: Dialect;
  readonly #around: Surroundings;
  readonly #names: SecretNames;
  /** Ours. */
  readonly #server: string;
  /** Id of a question → its words. */
  readonly #questions: ReadonlyMap<string, string>;
  readonly #secrets: NewSecret[] = [];
  readonly #needs: Need[] = [];
  readonly #notes: string[] = [];

  constructor(
    dialect: Dialect,
    around: Surroundings,
    names: SecretNames,
    server: string,
    questions: ReadonlyMap<string, string>,
  ) {
    this.#dialect = dialect;
    this.#around = around;
    this.#names = names;
    this.#server = server;
    this.#questions = questions;
  }

  get secrets(): readonly NewSecret[] {
    return this.#secrets;
  }
  get needs(): readonly Need[] {
    return this.#needs;
  }
  get notes(): readonly string[] {
    return this.#notes;
  }

  note(text: string): void {
    if (!this.#notes.includes(text)) this.#notes.push(text);
  }

  /** @throws Refusal */
  env({ name, text }: Named): EnvDraft {
    const parts = this.#parts(text, name);
    const [only, ...more] = parts;
    if (only === undefined || text === '') return { name, value: '' };
    if (more.length === 0 && only.kind === 'text') {
      if (!isSecret(name, only.text)) return { name, value: this.#home(only.text) };
      return { name, secret: { backend: 'file', path: this.#keep(name, name, only.text) } };
    }
    if (more.length === 0 && (only.kind === 'env' || only.kind === 'input')) {
      return { name, secret: this.#reference(only) };
    }
    return this.#mixed(name, parts);
  }

  /** @throws Refusal */
  header({ name, text }: Named): HeaderDraft {
    const parts = this.#parts(text, name);
    const [first, second, ...more] = parts;
    if (first === undefined) return { name, value: '' };
    if (second === undefined && first.kind === 'text') {
      if (!isSecret(name, first.text)) return { name, value: first.text };
      const [, prefix = '', secret = first.text] = /^(\S{1,40} )(\S+)$/.exec(first.text.slice(0, 8_192)) ?? [];
      const secretRef = { backend: 'file', path: this.#keep(`${this.#server}-${name}`, `header ${name}`, secret) };
      return prefix === '' ? { name, secret: secretRef } : { name, prefix, secret: secretRef };
    }
    if (second === undefined && (first.kind === 'env' || first.kind === 'input')) {
      return { name, secret: this.#reference(first) };
    }
    const isPrefixed = first.kind === 'text' && /^\S{1,40} $/.test(first.text) && more.length === 0;
    if (isPrefixed && second !== undefined && (second.kind === 'env' || second.kind === 'input')) {
      return { name, prefix: first.text, secret: this.#reference(second) };
    }
    return this.#mixed(name, parts);
  }

  /** Secrets stand in path and query as references; a variable before them is filled in now. @throws Refusal */
  url(text: string): string {
    const split = text.indexOf('?');
    const [base, query] = split === -1 ? [text, undefined] : [text.slice(0, split), text.slice(split + 1)];
    const [scheme = '', , host = '', ...path] = base.split('/');
    const segments = path.map((segment) => this.#piece('url-path', segment));
    const start = [`${scheme}/`, this.plain(host, 'the host'), ...segments].join('/');
    if (query === undefined) return start;
    const pairs = query.split('&').map((pair) => {
      const at = pair.indexOf('=');
      if (at === -1) return pair;
      return `${pair.slice(0, at)}=${this.#piece(pair.slice(0, at), pair.slice(at + 1))}`;
    });
    return `${start}?${pairs.join('&')}`;
  }

  /** A part of a URL, percent-encoded as it stands there. */
  #piece(name: string, text: string): string {
    const parts = this.#parts(text);
    const braced = ({ backend, path }: { readonly backend: string; readonly path: string }): string =>
      `{secret:${backend}/${path}}`;
    return parts
      .map((part) => {
        if (part.kind === 'env' || part.kind === 'input') return braced(this.#reference(part));
        if (part.kind !== 'text') throw new Refusal(`its URL names ${describe(part)}`);
        const plain = decoded(part.text);
        if (parts.length > 1 || !(name === 'url-path' ? looksSecret(plain) : isSecret(name, plain))) return part.text;
        return braced({ backend: 'file', path: this.#keep(`${this.#server}-${name}`, `${name} in the URL`, plain) });
      })
      .join('');
  }

  /** A text where no secret may stand: an argument, a folder, a host. @throws Refusal */
  plain(text: string, where: string): string {
    return this.#parts(text)
      .map((part) => {
        if (part.kind === 'text') return this.#home(part.text);
        if (part.kind === 'folder') return part.name === 'home' ? this.#around.home : this.#around.folder;
        if (part.kind !== 'env') throw new Refusal(`${where} needs ${describe(part)}: mcptui puts no secret there`);
        const value = this.#around.env[part.name] ?? part.fallback;
        if (value === undefined) throw new Refusal(`${where} needs \${${part.name}}, which is not set here`);
        if (isSecret(part.name, value))
          throw new Refusal(`${where} needs the secret \${${part.name}}: mcptui puts none there`);
        this.note(`\${${part.name}} in ${where} is ${value === '' ? 'empty' : value} for good`);
        return value;
      })
      .join('');
  }

  /** @throws Refusal for a secret in them, unless they are meant as they stand */
  args(words: readonly string[], isLiteral: boolean): string[] {
    const filled = words.map((word, index) => this.plain(word, index === 0 ? 'the command' : `argument ${index}`));
    const [secret] = secretsIn(filled);
    if (secret === undefined) return filled;
    const at = filled.findIndex((word) => word.includes(secret));
    if (!isLiteral)
      throw new Refusal(
        `argument ${at} holds a secret, which mcptui keeps out of arguments; --literal takes it as it stands`,
      );
    this.note(`argument ${at} holds a secret, which everybody on this machine can read`);
    return filled;
  }

  /** With what stands for variables that are not set, unless they would hold a secret. */
  #parts(text: string, of = ''): readonly Part[] {
    return partsOf(text, this.#dialect).map((part): Part => {
      if (part.kind !== 'env' || part.fallback === undefined || this.#around.env[part.name] !== undefined) return part;
      if (part.fallback === '' && (namesSecret(part.name) || namesSecret(of))) return part;
      this.note(`${part.name} is not set here: ${part.fallback === '' ? 'it is empty' : 'its default is taken'}`);
      return { kind: 'text', text: part.fallback };
    });
  }

  /** Clients with a shell behind them, or people, mean the home folder. */
  #home(text: string): string {
    if (text !== '~' && !text.startsWith('~/')) return text;
    this.note(`~ is ${this.#around.home}`);
    return this.#around.home + text.slice(1);
  }

  #reference(part: Extract<Part, { kind: 'env' | 'input' }>): { backend: string; path: string } {
    if (part.kind === 'input') {
      const secret = this.#names.ofQuestion(part.id);
      if (!this.#names.isKept(secret)) this.#needs.push({ secret, title: this.#questions.get(part.id) ?? part.id });
      return { backend: 'file', path: secret };
    }
    const { name } = part;
    if (this.#around.env[name] === undefined) {
      this.note(`${name} is not set here: the engine reads it from its own environment`);
    }
    return { backend: 'env', path: name };
  }

  /** Text with references in it. */
  #mixed(name: string, parts: readonly Part[]): { name: string; template: string } | { name: string; value: string } {
    let hasReference = false;
    const text = parts
      .map((part) => {
        if (part.kind === 'text') return part.text;
        if (part.kind === 'folder' || part.kind === 'file') return this.plain(sourceOf(part), name);
        hasReference = true;
        const { backend, path } = this.#reference(part);
        return `{secret:${backend}/${path}}`;
      })
      .join('');
    return hasReference ? { name, template: text } : { name, value: text };
  }

  #keep(hint: string, of: string, value: string): string {
    const name = this.#names.keep(this.#server, hint, value);
    if (!this.#secrets.some((secret) => secret.name === name)) this.#secrets.push({ name, value, of });
    return name;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function sourceOf(part: Extract<Part, { kind: 'folder' | 'file' }>): string {
  if (part.kind === 'file') return `{file:${part.path}}`;
  return part.name === 'home' ? '${userHome}' : '${workspaceFolder}';
}

function describe(part: Exclude<Part, { kind: 'text' }>): string {
  switch (part.kind) {
    case 'env':
      return `\${${part.name}}`;
    case 'input':
      return `\${input:${part.id}}`;
    case 'folder':
      return 'a folder';
    case 'file':
      return `the text of ${part.path}`;
  }
}
