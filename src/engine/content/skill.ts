/** What a skill's `SKILL.md` must say of itself. */
import { z } from 'zod';
import { McptuiError } from '../../errors.ts';
import type { SkillContent } from '../../store/schema/content.ts';
import { splitDocument } from './document.ts';
import { faultsOf } from './faults.ts';

const frontMatterSchema = z.looseObject({
  name: z.string(),
  description: z.string().min(1, 'says nothing').max(1_024),
});

export interface SkillFrontMatter {
  readonly name: string;
  readonly description: string;
}

/** @throws McptuiError `invalid` */
export function skillFrontMatter(content: SkillContent): SkillFrontMatter {
  const { fields } = splitDocument('SKILL.md', content.files['SKILL.md'] ?? '');
  if (fields === undefined) {
    throw new McptuiError('invalid', 'SKILL.md: begins with front matter that has name and description');
  }
  const result = frontMatterSchema.safeParse(fields);
  if (result.success) return result.data;
  throw new McptuiError('invalid', `SKILL.md: front matter: ${faultsOf(result.error, 'fields')}`);
}

/** @throws McptuiError `invalid` when the front matter is not one, or names another skill */
export function checkSkill(name: string, content: SkillContent): void {
  const said = skillFrontMatter(content).name;
  if (said !== name) throw new McptuiError('invalid', `SKILL.md: front matter names ${said}, but the skill is ${name}`);
}
