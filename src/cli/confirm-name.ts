/** Asks before something is done that cannot be taken back, or ends what runs: for the name, or for yes. */
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

/** A line that a person types, without blanks around it. */
export async function askedLine(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question(question)).trim();
  } finally {
    lines.close();
  }
}

/** On a terminal; anything but yes is no. */
export async function confirmed(question: string): Promise<boolean> {
  return /^y(?:es)?$/i.test(await askedLine(question));
}
