/** Holds every prompt in the form in which it is matched, made anew when a prompt or a server's name changes. */
import { tokensOf } from '../../kernel/tokens.ts';
import type { Prompt } from '../../store/schema/content.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import { refOf } from '../content/refs.ts';
import { promptText } from '../content/rows.ts';
import { summarise, type Summary } from '../content/summary.ts';
import { PromptIndex } from '../selection/tag-match.ts';
import type { Candidate } from '../selection/types.ts';
import type { Eligible } from './decide.ts';

const WORD = /[A-Za-z0-9][\w-]*/g;
/** Characters of a body that are looked through for names. */
const MAX_TEXT = 64 * 1024;
const MAX_NAMES = 64;

export class PromptCatalog {
  readonly #db: Pick<Database<Shape>, 'collection'>;
  #of: { readonly prompts: readonly Prompt[]; readonly servers: readonly object[] } | undefined;
  #index = new PromptIndex([]);
  /** By row: a revision is another row. */
  readonly #candidates = new WeakMap<Prompt, { readonly names: ReadonlySet<string>; readonly candidate: Candidate }>();
  readonly #tokens = new WeakMap<Prompt, number>();
  readonly #summaries = new WeakMap<Prompt, Summary>();

  constructor(db: Pick<Database<Shape>, 'collection'>) {
    this.#db = db;
  }

  get index(): PromptIndex {
    const prompts = this.#db.collection('prompts').all();
    const servers = this.#db.collection('servers').all();
    if (this.#of?.prompts !== prompts || this.#of.servers !== servers) {
      const names = new Set(servers.map(({ name }) => name));
      this.#of = { prompts, servers };
      this.#index = new PromptIndex(prompts.map((row) => this.#candidate(row, names)));
    }
    return this.#index;
  }

  /** A prompt's own words about itself come first. */
  summary(row: Prompt): Summary {
    let made = this.#summaries.get(row);
    if (made === undefined) this.#summaries.set(row, (made = summarise(row.content.body)));
    return row.content.summary === '' ? made : { ...made, summary: row.content.summary };
  }

  eligible(row: Prompt): Eligible {
    const { semver, hash } = row.current;
    return { ref: refOf(row, row.name), semver, hash, priority: row.content.priority, tokens: this.#tokensOf(row) };
  }

  /** Of a linked text as it is now, so that it is counted each time. */
  #tokensOf(row: Prompt): number {
    if (row.content.link !== undefined) return tokensOf(promptText(this.#db.collection('prompts').all(), row));
    let tokens = this.#tokens.get(row);
    if (tokens === undefined) this.#tokens.set(row, (tokens = tokensOf(row.content.body)));
    return tokens;
  }

  #candidate(row: Prompt, names: ReadonlySet<string>): Candidate {
    const known = this.#candidates.get(row);
    if (known !== undefined && sameNames(known.names, names)) return known.candidate;
    const { summary, chapters } = this.summary(row);
    const { body, priority } = row.content;
    const tags: readonly string[] = [];
    const candidate: Candidate = {
      ref: refOf(row, row.name),
      name: row.name,
      priority,
      tags,
      ...(row.project === undefined ? {} : { project: row.project }),
      servers: mentioned(body, names),
      actions: toolNames(body),
      summary,
      chapters: chapters.map(({ title }) => title),
    };
    this.#candidates.set(row, { names, candidate });
    return candidate;
  }
}

function sameNames(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a === b || (a.size === b.size && [...a].every((name) => b.has(name)));
}

function mentioned(body: string, names: ReadonlySet<string>): readonly string[] {
  const found = new Set<string>();
  if (names.size === 0) return [];
  for (const [word] of body.slice(0, MAX_TEXT).matchAll(WORD)) {
    const plain = word.toLowerCase();
    if (names.has(plain)) found.add(plain);
    if (found.size >= MAX_NAMES) break;
  }
  return [...found];
}

/** Words with an underscore, as tools are called; without their server: `github__create_issue` is `create_issue`. */
function toolNames(body: string): readonly string[] {
  const found = new Set<string>();
  for (const [word] of body.slice(0, MAX_TEXT).matchAll(WORD)) {
    if (!word.includes('_')) continue;
    const from = word.lastIndexOf('__');
    const name = from === -1 ? word : word.slice(from + 2);
    if (name !== '') found.add(name);
    if (found.size >= MAX_NAMES) break;
  }
  return [...found];
}
