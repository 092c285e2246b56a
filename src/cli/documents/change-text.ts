/** Writes what a document would change as a difference of two texts of YAML. */
import { diffTexts } from '../../engine/content/diff.ts';
import type { AppliedDocument } from '../../engine/apply/types.ts';
import { diffText } from '../content/diff-text.ts';
import { idOf } from './report.ts';

/** "" when nothing would. */
export async function changeText(one: AppliedDocument): Promise<string> {
  const { before, after } = one;
  if (after === undefined) return '';
  const { toYaml } = await import('../yaml.ts');
  const text = (value: unknown): string => `${toYaml(value)}\n`;
  const left = { label: `live/${idOf(one)}`, text: before === undefined ? '' : text(before) };
  return diffText(diffTexts(left, { label: idOf(one), text: text(after) }), false);
}
