/** Writes a rule of a role in a line, and reads it back: `edit,create prompt deploy-* @ops`. Pure. */
import { McptuiError } from '../../kernel/errors.ts';
import { nearest } from '../../kernel/nearest.ts';
import { accessKinds, accessVerbs, ruleSchema, type AccessRule } from '../../store/schema/access.ts';

const FORM = 'VERBS KINDS [NAMES] [@PROJECTS], such as "run tool gitea/list_* @ops"; commas between several, * for all';

export function ruleText({ verbs, kinds, names, projects }: AccessRule): string {
  const parts = [verbs.join(','), kinds.join(',')];
  if (names !== undefined) parts.push(names.join(','));
  if (projects !== undefined) parts.push(projects.map((project) => `@${project}`).join(','));
  return parts.join(' ');
}

/** @throws McptuiError `invalid` naming the word */
export function ruleFrom(text: string): AccessRule {
  const words = text.trim().split(/\s+/);
  const [verbs = '', kinds = '', ...rest] = words;
  const places = rest.filter((word) => word.startsWith('@'));
  const names = rest.filter((word) => !word.startsWith('@'));
  if (kinds === '' || places.length > 1 || names.length > 1) {
    throw new McptuiError('invalid', `rule ${JSON.stringify(text)} cannot be read`, { hint: FORM });
  }
  const listed = (word: string): string[] => word.split(',').filter((part) => part !== '');
  const projects = places.flatMap(listed).map((place) => place.replace(/^@/, ''));
  const rule = {
    verbs: listed(verbs).map((word) => known(word, accessVerbs, 'verb')),
    kinds: listed(kinds).map((word) => known(word, accessKinds, 'kind')),
    ...(names.length === 0 ? {} : { names: names.flatMap(listed) }),
    ...(projects.length === 0 ? {} : { projects }),
  };
  const result = ruleSchema.safeParse(rule);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new McptuiError('invalid', `rule ${JSON.stringify(text)}: ${issue?.message ?? 'cannot be read'}`, {
    hint: FORM,
  });
}

function known<T extends string>(word: string, all: readonly T[], what: string): T | '*' {
  if (word === '*' || (all as readonly string[]).includes(word)) return word as T | '*';
  const meant = nearest(word, all);
  throw new McptuiError('invalid', `no ${what} ${word}`, {
    hint: meant === undefined ? `${what}s: ${all.join(', ')}` : `did you mean ${meant}? ${what}s: ${all.join(', ')}`,
  });
}
