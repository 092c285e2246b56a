/** Opens the operator's editor on a text, where there is a terminal for one. */
import { McptuiError } from '../kernel/errors.ts';
import { editInFile } from '../tui/overlays/editor/external.ts';
import type { Context } from './context.ts';

/** @throws McptuiError `invalid` without a terminal, instead of an editor that nobody sees */
export function inEditor(
  context: Context,
  text: string,
  options: { readonly name: string; readonly error?: string; readonly acceptsUnchanged?: boolean },
): Promise<string | undefined> {
  if (!context.isTty) {
    throw new McptuiError('invalid', 'there is no terminal for an editor', { hint: 'give the text by --file' });
  }
  return editInFile(text, options, context.env, (work) => work());
}
