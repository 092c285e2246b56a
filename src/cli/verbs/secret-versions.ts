/** Runs what verbs do with the earlier values of secrets, and with the key of their file. Never shows a value. */
import { InvalidArgumentError, type Command } from 'commander';
import { McptuiError } from '../../kernel/errors.ts';
import type { Context } from '../context.ts';
import { withEngine } from '../with-engine.ts';

export async function restoreSecret(context: Context, given: string, revision: string): Promise<void> {
  if (!/^\d{1,9}$/.test(revision)) {
    throw new McptuiError('invalid', `a version of a secret is a number, not ${JSON.stringify(revision)}`, {
      hint: `mcptui describe secret ${given} lists them`,
    });
  }
  const name = given.replace(/^(?:secret:)?file\//, '');
  const change = await withEngine(context, ({ commands }) => commands.restoreSecret(name, Number(revision)));
  context.print(`secret file/${name} has the value of version ${Number(revision)} again, as a new version`);
  for (const holder of change.holders) context.note(`${holder} has another value: mcptui restart ${holder}`);
  for (const instance of change.renewed) context.note(`${instance} connects anew with it`);
}

export function addBackendRotation(rotate: Command, context: Context): void {
  rotate
    .command('backend')
    .description('encrypt the file of secrets anew, under a new key; values and versions stay')
    .argument('<name>', 'file', (text) => {
      if (text === 'file') return text;
      throw new InvalidArgumentError('only file has a key of mcptui’s own: rotate others where they are');
    })
    .action(async () => {
      const { entries } = await withEngine(context, ({ commands }) => commands.rekeySecrets());
      context.print(`backend file: ${entries} ${entries === 1 ? 'secret is' : 'secrets are'} under a new key`);
      context.note('the old key opens older copies of the file, and no newer one');
    });
}
