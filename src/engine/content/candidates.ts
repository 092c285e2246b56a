/** Makes of prompts what a selection matches: tags, summary, chapters, and the servers and tools that the text names. */
import type { Prompt } from '../../store/schema/content.ts';
import type { Candidate } from '../selection/types.ts';
import { refOf } from './refs.ts';
import { summaryOf } from './summaries.ts';

/** Servers, and tools, that are kept of one text. */
const MAX_NAMED = 64;

/** Of one list of servers; rows that did not change give the same objects, whose words are known already. */
export class Candidates {
  readonly #servers: ReadonlySet<string>;
  readonly #known = new WeakMap<Prompt, Candidate>();

  /** Names of the servers that there are. */
  constructor(servers: Iterable<string>) {
    this.#servers = new Set(servers);
  }

  of(prompts: readonly Prompt[]): readonly Candidate[] {
    return prompts.map((prompt) => {
      let candidate = this.#known.get(prompt);
      if (candidate === undefined) this.#known.set(prompt, (candidate = candidateOf(prompt, this.#servers)));
      return candidate;
    });
  }
}

/** By its own text alone: what a link brings is chosen by itself. */
export function candidateOf(prompt: Prompt, servers: ReadonlySet<string>): Candidate {
  const { name, project, content } = prompt;
  const { summary, chapters } = summaryOf(prompt);
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

const NAME = /(`?)([A-Za-z0-9][\w.-]*)(`?)/g;

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
  for (const [, open, word = '', close] of text.matchAll(NAME)) {
    const split = word.indexOf('__');
    const server = (split > 0 ? word.slice(0, split) : word).replace(/\.$/, '');
    if (split > 0 && actions.size < MAX_NAMED) actions.add(word.slice(split + 2).replace(/\.$/, ''));
    const isMeant = split > 0 || (open === '`' && close === '`') || /[-\d]/.test(server);
    if (isMeant && servers.has(server) && named.size < MAX_NAMED) named.add(server);
  }
  return { servers: [...named], actions: [...actions].filter((action) => action !== '') };
}
