/** Names of prompts and skills as other programs write them, and as they are here. Pure. */
import { McptuiError } from '../../kernel/errors.ts';

const MAX_NAME = 64;

export interface MappedName {
  readonly name: string;
  readonly notes: readonly string[];
}

/** `My_Skill` is `my-skill`: said in a note. @throws McptuiError `invalid` for a name of which nothing is left */
export function mappedName(kind: string, given: string): MappedName {
  const name = given
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_NAME)
    .replace(/^-|-$/g, '');
  if (name === '') {
    throw new McptuiError('invalid', `${kind} ${JSON.stringify(given)}: a name is 1 to ${MAX_NAME} of a-z, 0-9 and -`);
  }
  return { name, notes: name === given ? [] : [`${given} is named ${name} here`] };
}
