/** Holds every prompt in the form in which it is matched, made anew when a prompt, what a model has made of one, or a server changes. */
import { tokensOf } from '../../kernel/tokens.ts';
import type { Prompt } from '../../store/schema/content.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import { Candidates } from '../content/candidates.ts';
import type { Links } from '../content/links/links.ts';
import { refOf } from '../content/refs.ts';
import { promptText } from '../content/rows.ts';
import { PromptIndex } from '../selection/tag-match.ts';
import type { Eligible } from './decide.ts';

type Reads = Pick<Database<Shape>, 'collection'>;

export class PromptCatalog {
  readonly #db: Reads;
  readonly #links: Pick<Links, 'tokensOf'>;
  #servers: readonly object[] | undefined;
  #prompts: readonly Prompt[] | undefined;
  #digests: readonly object[] | undefined;
  #candidates = new Candidates([]);
  #index = new PromptIndex([]);
  /** By row: a revision is another row. */
  readonly #tokens = new WeakMap<Prompt, number>();

  constructor(db: Reads, links: Pick<Links, 'tokensOf'>) {
    this.#db = db;
    this.#links = links;
  }

  get index(): PromptIndex {
    const prompts = this.#db.collection('prompts').all();
    const servers = this.#db.collection('servers').all();
    const digests = this.#db.collection('digests');
    if (this.#servers !== servers) {
      const names = servers.map(({ name }) => name);
      this.#candidates = new Candidates(names, (hash) => digests.find(hash));
    }
    if (this.#servers !== servers || this.#prompts !== prompts || this.#digests !== digests.all()) {
      this.#index = new PromptIndex(this.#candidates.of(prompts));
    }
    this.#servers = servers;
    this.#prompts = prompts;
    this.#digests = digests.all();
    return this.#index;
  }

  eligible(row: Prompt): Eligible {
    const { semver, hash } = row.current;
    return { ref: refOf(row, row.name), semver, hash, priority: row.content.priority, tokens: this.#tokensOf(row) };
  }

  /** Of a linked text as it is now, so that it is counted each time. */
  #tokensOf(row: Prompt): number {
    if (row.content.link !== undefined) {
      return tokensOf(promptText(this.#db.collection('prompts').all(), row)) + this.#links.tokensOf(row);
    }
    let tokens = this.#tokens.get(row);
    if (tokens === undefined) this.#tokens.set(row, (tokens = tokensOf(row.content.body)));
    return tokens;
  }
}
