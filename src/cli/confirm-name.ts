/** Asks for the name before something is deleted: typed, or `--yes` in a script. */
import { createInterface } from 'node:readline/promises';
import { McptuiError } from '../kernel/errors.ts';
import type { Context } from './context.ts';

/** A script must say --yes; a prompt that nobody answers would hang it. */
export async function confirmName(context: Context, what: string, name: string, yes: boolean): Promise<void> {
  if (yes) return;
  if (!context.isTty) throw new McptuiError('invalid', `deleting ${what} needs --yes without a terminal`);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const typed = await lines.question(`type ${name} to delete ${what}: `);
    if (typed.trim() !== name)
      throw new McptuiError('invalid', `not deleted: ${JSON.stringify(typed.trim())} is not ${name}`);
  } finally {
    lines.close();
  }
}
