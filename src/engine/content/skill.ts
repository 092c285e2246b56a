/** Reads what a skill's `SKILL.md` says of itself. */
import { McptuiError } from '../../kernel/errors.ts';
import { wordFor } from '../../kernel/foreign.ts';
import type { SkillContent } from '../../store/schema/content.ts';
import { looseFields, splitFrontMatter } from './front-matter.ts';

export interface SkillFrontMatter {
  /** Absent when it names itself nowhere; another one than the skill's is the author's own. */
  readonly name?: string;
  readonly description: string;
}

/** Blank lines and comments in front of the front matter belong to nobody. */
const BEFORE = /^(?:\s|<!--(?:(?!-->)[^])*-->)+/;

/** Written for other programs: a value that is no YAML is the text that stands there. @throws McptuiError `invalid` */
export function skillFrontMatter({ files }: SkillContent): SkillFrontMatter {
  const split = splitFrontMatter('SKILL.md', (files['SKILL.md'] ?? '').replace(BEFORE, ''));
  const fields = split === undefined ? undefined : looseFields('SKILL.md', split.head);
  if (fields === undefined) {
    throw new McptuiError('invalid', 'SKILL.md: does not begin with front matter', {
      hint: 'begin it with the lines `---`, `name: NAME`, `description: WHEN TO USE IT` and `---`',
    });
  }
  const word = (key: string): string => {
    const value = fields.findLast((field) => field.key === key)?.value;
    if (value === undefined || value === null) return '';
    return (typeof value === 'string' ? value : wordFor(value)).trim();
  };
  const [name, description] = [word('name'), word('description')];
  if (description === '') {
    throw new McptuiError('invalid', 'SKILL.md: its front matter has no description', {
      hint: 'agents choose a skill by it: add the line `description: WHEN TO USE IT`',
    });
  }
  return { ...(name === '' ? {} : { name }), description };
}
