/** Shows what a client's file would become, with every secret in it hidden, and asks. */
import { McptuiError } from '../../kernel/errors.ts';
import { entryFileOf, type FilePlan } from '../../clients/connect.ts';
import { hidden, secretsIn } from '../../clients/secret-looks.ts';
import { confirmed } from '../confirm-name.ts';
import { diffText } from '../content/diff-text.ts';
import type { Context } from '../context.ts';

export interface AskFlags {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** The unified difference; "" when nothing differs. */
export async function fileDiff({ place, before, after = '' }: FilePlan): Promise<string> {
  const file = await entryFileOf(place);
  const secrets = [before.text, after].flatMap((text) => secretsIn(file.value(text)));
  const shown = (text: string): string => hidden(text, secrets).replaceAll('\r\n', '\n').replace('\uFEFF', '');
  const { diffTexts } = await import('../../engine/content/diff.ts');
  const label = place.file;
  return diffText(diffTexts({ label, text: shown(before.text) }, { label, text: shown(after) }), false);
}

/** Whether to go on. @throws McptuiError `invalid` where nobody can be asked */
export async function isAgreed(context: Context, question: string, { yes }: AskFlags): Promise<boolean> {
  if (yes === true) return true;
  if (!context.isTty) throw new McptuiError('invalid', `${question} needs --yes without a terminal`);
  if (await confirmed(`${question}? y/N: `)) return true;
  context.note('nothing was changed');
  return false;
}
