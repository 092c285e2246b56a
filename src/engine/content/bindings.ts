/** Decides which prompts a personality may bind, and finds who uses a prompt. */
import { McptuiError } from '../../kernel/errors.ts';
import { noSuch } from '../../kernel/no-such.ts';
import type { PersonalityContent, PromptContent } from '../../store/schema/content.ts';
import { linksOf } from '../../store/schema/link.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database, Transaction } from '../../store/types.ts';
import { bindRefusal, findByRef, kindRef, refOf } from './refs.ts';
import { rowsOf, type ContentRow } from './rows.ts';
import type { BindChoice } from './types.ts';

type Reads = Pick<Database<Shape>, 'collection'> | Transaction<Shape>;

export function agentNamed(from: Reads, name: string): Shape['agents'] {
  const all = from.collection('agents').all();
  const found = all.find((agent) => agent.name === name || agent.id === name);
  if (found !== undefined) return found;
  const names = all.map((agent) => agent.name);
  throw noSuch(
    'agent',
    name,
    names,
    names.length === 0 ? `mcptui create agent ${name}` : `agents: ${names.join(', ')}`,
  );
}

/** @throws McptuiError `not-found`, or `invalid` with the reason of the first prompt that cannot be bound */
export function assertBindable(from: Reads, agent: string, refs: readonly string[], personality: string): void {
  const { project } = agentNamed(from, agent);
  const prompts = rowsOf(from, 'prompt');
  for (const ref of refs) {
    const row = prompts.find((candidate) => refOf(candidate, candidate.name) === ref);
    if (row === undefined) {
      // A name without its scope is helped to its reference.
      const meant = prompts.filter((candidate) => candidate.name === ref).map((candidate) => refOf(candidate, ref));
      throw new McptuiError('not-found', `personality ${personality}: no prompt ${ref}`, {
        hint: meant.length === 0 ? 'mcptui get prompts --all' : `name one of ${meant.join(', ')}`,
      });
    }
    const refusal = bindRefusal(row, agent, project);
    if (refusal !== undefined) {
      throw new McptuiError('invalid', `personality ${personality} cannot bind prompt ${ref}: ${refusal}`);
    }
  }
}

/** Every prompt: bound ones in their order, then those that may be bound, then the others with the reason. */
export function bindChoices(from: Reads, personality: ContentRow): readonly BindChoice[] {
  const agent = agentNamed(from, personality.agent ?? '');
  const bound = (personality.content as PersonalityContent).prompts;
  const choices = rowsOf(from, 'prompt').map((row): BindChoice => {
    const ref = refOf(row, row.name);
    const position = bound.indexOf(ref);
    const refusal = bindRefusal(row, agent.name, agent.project);
    return {
      ref,
      scope: row.scope,
      semver: row.current.semver,
      ...(position < 0 ? {} : { position }),
      ...(refusal === undefined ? {} : { refusal }),
    };
  });
  const rank = (choice: BindChoice): number => choice.position ?? (choice.refusal === undefined ? 1_000 : 2_000);
  return choices.toSorted((a, b) => rank(a) - rank(b) || (a.ref < b.ref ? -1 : 1));
}

/** @throws McptuiError `conflict` when it is bound already and no other place is asked for */
export function withBinding(refs: readonly string[], ref: string, position: number | undefined): readonly string[] {
  const at = refs.indexOf(ref);
  if (at >= 0 && (position === undefined || position === at)) {
    throw new McptuiError('conflict', `prompt ${ref} is bound already, as number ${at + 1}`, {
      hint: 'give a position to move it',
    });
  }
  const others = refs.filter((bound) => bound !== ref);
  if (position !== undefined && (!Number.isInteger(position) || position < 0 || position > others.length)) {
    throw new McptuiError('invalid', `position ${position} is not between 0 and ${others.length}`);
  }
  return others.toSpliced(position ?? others.length, 0, ref);
}

/** @throws McptuiError `conflict` when it is not bound */
export function withoutBinding(refs: readonly string[], ref: string): readonly string[] {
  if (refs.includes(ref)) return refs.filter((bound) => bound !== ref);
  const bound = refs.length === 0 ? 'nothing is bound' : `bound: ${refs.join(', ')}`;
  throw new McptuiError('conflict', `prompt ${ref} is not bound`, { hint: bound });
}

/** What refers to it, each as `personality reviewer/careful` or `prompt project:ops/x (link)`. */
export function usersOf(from: Reads, kind: 'prompt' | 'personality' | 'skill', row: ContentRow): readonly string[] {
  const ref = kindRef(kind, row);
  if (kind === 'personality') {
    return from
      .collection('agents')
      .all()
      .filter((agent) => agent.name === row.agent && agent.defaultPersonality === row.name)
      .map((agent) => `agent ${agent.name} (default)`);
  }
  if (kind === 'skill') return [];
  const binders = rowsOf(from, 'personality')
    .filter((personality) => (personality.content as PersonalityContent).prompts.includes(ref))
    .map((personality) => `personality ${kindRef('personality', personality)}`);
  const prompts = rowsOf(from, 'prompt');
  const linkers = prompts
    .filter((prompt) => {
      const links = linksOf(prompt.content as PromptContent);
      return prompt.id !== row.id && links.some((link) => targets(prompts, link, row));
    })
    .map((prompt) => `prompt ${refOf(prompt, prompt.name)} (link)`);
  return [...binders, ...linkers];
}

function targets(prompts: readonly ContentRow[], link: string, row: ContentRow): boolean {
  try {
    return findByRef('prompt', prompts, link).id === row.id;
  } catch {
    return false;
  }
}
