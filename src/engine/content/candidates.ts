/** Makes of prompts what a selection matches: tags, summary, chapters, and the servers and tools that the text names. */
import type { Prompt } from '../../store/schema/content.ts';
import type { Digest } from '../../store/schema/digest.ts';
import type { Candidate } from '../selection/types.ts';
import { refOf } from './refs.ts';
import { summaryOf } from './summaries.ts';

/** Servers, and tools, that are kept of one text. */
const MAX_NAMED = 64;

/** Of one list of servers; rows that did not change give the same objects, whose words are known already. */
export class Candidates {
  readonly #servers: ReadonlySet<string>;
  readonly #digestOf: (hash: string) => Digest | undefined;
  readonly #known = new WeakMap<Prompt, { readonly digest: Digest | undefined; readonly candidate: Candidate }>();

  /** Names of the servers that there are, and what models have made of contents, by their hash. */
  constructor(servers: Iterable<string>, digestOf: (hash: string) => Digest | undefined = () => undefined) {
    this.#servers = new Set(servers);
    this.#digestOf = digestOf;
  }

  of(prompts: readonly Prompt[]): readonly Candidate[] {
    return prompts.map((prompt) => {
      const digest = this.#digestOf(prompt.current.hash);
      const known = this.#known.get(prompt);
      if (known !== undefined && known.digest === digest) return known.candidate;
      const candidate = candidateOf(prompt, this.#servers, digest);
      this.#known.set(prompt, { digest, candidate });
      return candidate;
    });
  }
}

/** By its own text alone: what a link brings is chosen by itself. */
export function candidateOf(prompt: Prompt, servers: ReadonlySet<string>, digest?: Digest): Candidate {
  const { name, project, content } = prompt;
  const { summary, chapters } = summaryOf(prompt, digest);
  return {
    ref: refOf(prompt, name),
    name,
    priority: content.priority,
    tags: content.tags ?? [],
    ...(project === undefined ? {} : { project }),
    ...namedIn(content.body, servers),
    summary,
    chapters: chapters.map(({ title }) => title),
  };
}

/** Begins with a backtick or has two underscores: the other words of a text are not looked at. */
const QUOTED = /`([A-Za-z0-9][\w.-]{0,80})`/g;
/** What ends the name of a server. */
const NO_NAME = /[^a-z0-9-]/;
const BEHIND = /^\w{1,128}/;

/**
 * Servers and tools that a text names: `gitea__create_issue`, a server's name in backticks, or one that is no plain word.
 * `time` in a sentence names no server.
 */
export function namedIn(
  text: string,
  servers: ReadonlySet<string>,
): { readonly servers: readonly string[]; readonly actions: readonly string[] } {
  const named = new Set<string>();
  const actions = new Set<string>();
  for (let at = text.indexOf('__'); at >= 0 && actions.size < MAX_NAMED; at = text.indexOf('__', at + 2)) {
    const server =
      text
        .slice(Math.max(0, at - 64), at)
        .split(NO_NAME)
        .at(-1) ?? '';
    const action = BEHIND.exec(text.slice(at + 2, at + 130))?.[0];
    if (server === '' || action === undefined) continue;
    named.add(server);
    actions.add(action);
  }
  for (const [, name = ''] of text.matchAll(QUOTED)) named.add(name);
  const found = [...servers].filter((name) => named.has(name) || (/[-\d]/.test(name) && hasWord(text, name)));
  return { servers: found.slice(0, MAX_NAMED), actions: [...actions] };
}

/** Whether the name stands by itself, not within another one. */
function hasWord(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    if (
      !/[\w-]/.test(text.charAt(at - 1)) &&
      !/^(?:[\w-]|\.\w)/.test(text.slice(at + name.length, at + name.length + 2))
    )
      return true;
  }
  return false;
}
