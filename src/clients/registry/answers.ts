/** Fills what a server of a registry or a bundle needs: with what is given, with defaults, else by asking. Pure. */
import { wholeReferenceIn } from '../../kernel/secret-reference.ts';
import type { EnvDraft, HeaderDraft, NewSecret } from '../import/draft.ts';
import type { SecretNames } from '../import/secret-names.ts';
import type { Input, NamedInput } from './server-json.ts';

/** A value that somebody has to give. */
export interface Question {
  /** As `--set` names it. */
  readonly id: string;
  readonly title: string;
  readonly isSecret: boolean;
  readonly choices: readonly string[];
}

/** Text, or a secret: one that is kept already, or one that will be. */
type Piece = { readonly text: string } | { readonly secret: { readonly backend: string; readonly path: string } };

export class Answers {
  readonly #given: ReadonlyMap<string, string>;
  readonly #names: SecretNames;
  readonly #server: string;
  readonly #secrets: NewSecret[] = [];
  readonly #questions: Question[] = [];

  /** `given`: id → what was answered, which may be a reference. */
  constructor(given: ReadonlyMap<string, string>, names: SecretNames, server: string) {
    this.#given = given;
    this.#names = names;
    this.#server = server;
  }

  get secrets(): readonly NewSecret[] {
    return this.#secrets;
  }
  /** What is required and was not given. */
  get questions(): readonly Question[] {
    return this.#questions;
  }

  /** Undefined for what may be left out, and is. */
  env(input: NamedInput): EnvDraft | undefined {
    const { name } = input;
    const pieces = this.#pieces(input, name);
    const [only, ...more] = pieces ?? [];
    if (only === undefined) return undefined;
    if (more.length === 0 && 'secret' in only) return { name, secret: { ...only.secret } };
    return pieces?.some((piece) => 'secret' in piece) === true
      ? { name, template: templateOf(pieces) }
      : { name, value: textOf(pieces ?? []) };
  }

  header(input: NamedInput): HeaderDraft | undefined {
    const pieces = this.#pieces(input, input.name) ?? [];
    const [first, second, ...more] = pieces;
    if (first !== undefined && second !== undefined && 'text' in first && 'secret' in second && more.length === 0) {
      return { name: input.name, prefix: first.text, secret: { ...second.secret } };
    }
    return this.env(input);
  }

  /** A text where no secret may stand; undefined when it is left out. `secret`: one would be needed there. */
  plain(input: Input, id: string): string | { readonly secret: true } | undefined {
    const pieces = this.#pieces(input, id);
    if (pieces?.some((piece) => 'secret' in piece) === true) return { secret: true };
    return pieces === undefined ? undefined : textOf(pieces);
  }

  /** Secrets stand as references in braces. */
  template(input: Input, id: string): string | undefined {
    const pieces = this.#pieces(input, id);
    return pieces === undefined ? undefined : templateOf(pieces);
  }

  #pieces(input: Input, id: string): readonly Piece[] | undefined {
    const { value, variables } = input;
    if (value === undefined) {
      const leaf = this.#leaf(input, id);
      return leaf === undefined ? undefined : [leaf];
    }
    const pieces: Piece[] = [];
    let plain = '';
    let isWhole = true;
    for (let at = 0; at < value.length;) {
      const end = value[at] === '{' ? value.indexOf('}', at) : -1;
      const name = end === -1 ? '' : value.slice(at + 1, end);
      const variable = variables.get(name);
      if (variable === undefined) {
        plain += value[at];
        at += 1;
        continue;
      }
      if (plain !== '') pieces.push({ text: plain });
      plain = '';
      const leaf = this.#leaf(variable, name);
      isWhole &&= leaf !== undefined;
      if (leaf !== undefined) pieces.push(leaf);
      at = end + 1;
    }
    if (plain !== '') pieces.push(this.#kept(input, id, plain, pieces.length === 0));
    // A value with a hole in it is none.
    return isWhole ? pieces : undefined;
  }

  /** A whole value that is a secret as it stands. */
  #kept(input: Input, id: string, text: string, isAll: boolean): Piece {
    return isAll && input.isSecret ? this.#secret(id, text) : { text };
  }

  #leaf(input: Input, id: string): Piece | undefined {
    const answer = this.#given.get(id) ?? input.fallback;
    if (answer === undefined) {
      if (input.isRequired && !this.#questions.some((one) => one.id === id)) {
        const { about, isSecret, choices } = input;
        this.#questions.push({ id, title: about === '' ? id : `${id}: ${about}`, isSecret, choices });
      }
      return undefined;
    }
    const reference = wholeReferenceIn(answer);
    if (reference !== undefined) return { secret: reference };
    return input.isSecret ? this.#secret(id, answer) : { text: answer };
  }

  #secret(id: string, value: string): Piece {
    const path = this.#names.keep(this.#server, `${this.#server}-${id}`, value);
    if (!this.#secrets.some((one) => one.name === path)) this.#secrets.push({ name: path, value, of: id });
    return { secret: { backend: 'file', path } };
  }
}

const textOf = (pieces: readonly Piece[]): string =>
  pieces.map((piece) => ('text' in piece ? piece.text : '')).join('');

const templateOf = (pieces: readonly Piece[]): string =>
  pieces
    .map((piece) => ('text' in piece ? piece.text : `{secret:${piece.secret.backend}/${piece.secret.path}}`))
    .join('');
