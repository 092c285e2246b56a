/** Runs `operator init|keys|revoke` and `get keys`: who can sign decisions. */
import { Command } from 'commander';
import { McptuiError } from '../../kernel/errors.ts';
import type { OperatorKeyView } from '../../engine/index.ts';
import { confirmName } from '../confirm-name.ts';
import type { Context } from '../context.ts';
import { hasKeyFile, passphraseFrom, writeKeyFile } from '../key-folder.ts';
import { outputOption, type Column } from '../output.ts';
import { withKeyFlags } from '../key-flags.ts';
import { printListing, type ListFlags } from '../print-listing.ts';
import { withEngine } from '../with-engine.ts';

interface InitFlags {
  readonly name?: string;
  readonly for?: string;
  readonly passphraseFile?: string;
  readonly signedBy?: string;
  readonly signerPassphraseFile?: string;
}

export function operatorCommand(context: Context): Command {
  const operator = new Command('operator').description('keys that decisions are signed with');
  operator
    .command('init')
    .description('make a key: its private half is kept here under a passphrase, its public half is registered')
    .option('--name <name>', 'of the key; default: your own')
    .option('--for <subject>', 'who signs with it, operator:NAME or user:NAME; default: operator:YOU')
    .option('--passphrase-file <file>', 'the new passphrase from a file, - for stdin; default: typed twice')
    .option('--signed-by <name>', 'the key here that vouches for it, once there are others')
    .option('--signer-passphrase-file <file>', 'the passphrase of that key from a file')
    .action((flags: InitFlags) => makeKey(context, flags));
  listing(operator.command('keys').description('who can sign, the revoked ones too'), context);
  withKeyFlags(
    operator
      .command('revoke')
      .description('let a key sign nothing any more; any registered key signs for it')
      .argument('<key>', 'its name or id')
      .option('--yes', 'do not ask'),
  ).action(async (key: string, flags: { readonly yes?: boolean }) => {
    await confirmName(context, `key ${key}`, key, flags.yes === true);
    const { name, subject } = await withEngine(context, (engine) => engine.commands.revokeKey(key));
    context.print(`key ${name} of ${subject} revoked`);
  });
  return operator;
}

export function addKeyListing(get: Command, context: Context): void {
  listing(get.command('keys').alias('key').description('keys that decisions are signed with'), context);
}

async function makeKey(context: Context, flags: InitFlags): Promise<void> {
  const { name = nameOf(context.user), for: subject = `operator:${context.user}` } = flags;
  if (await hasKeyFile(context, name)) {
    throw new McptuiError('conflict', `there is a key ${name} already`, { hint: 'mcptui operator init --name NAME' });
  }
  context.access.key = flags.signedBy;
  context.access.passphraseFile = flags.signerPassphraseFile;
  const passphrase = await newPassphrase(flags.passphraseFile, name);
  const { makeKey: made } = await import('../../engine/signing/key-file.ts');
  const { file, key } = await made({ name, subject }, passphrase);
  let isFirst = false;
  try {
    const half = key.publicHalf();
    isFirst = await withEngine(context, async ({ commands }) => {
      await commands.registerKey(half);
      return (await commands.operatorKeys()).length === 1;
    });
  } finally {
    key.forget();
  }
  const written = await writeKeyFile(context, file);
  context.print(`key ${name} of ${subject} registered: ${file.id}`);
  if (isFirst) {
    context.note(`it is the first key, taken on trust: nobody vouched for it. Write its fingerprint down, ${file.id};`);
    context.note('whoever reads `mcptui get keys` or an export later compares it with that');
  }
  context.note(`its private half is in ${written}, under the passphrase; nobody can sign without both`);
  context.note('make a second one and keep it elsewhere: mcptui operator init --name spare');
}

async function newPassphrase(file: string | undefined, name: string): Promise<string> {
  if (file !== undefined) return passphraseFrom(file, '');
  if (!process.stdin.isTTY) {
    throw new McptuiError('invalid', 'a new key needs a passphrase', {
      hint: 'type it in a terminal, or give --passphrase-file FILE',
    });
  }
  const typed = await passphraseFrom(undefined, `passphrase of the new key ${name} (not shown): `);
  if ((await passphraseFrom(undefined, 'once more: ')) === typed) return typed;
  throw new McptuiError('invalid', 'the two passphrases differ: no key was made');
}

/** As names are: of a user called `Ann.B`, `ann-b`. */
function nameOf(user: string): string {
  const words = user.toLowerCase().split(/[^a-z0-9]+/);
  const name = words.filter((word) => word !== '').join('-');
  return name === '' ? 'operator' : name;
}

const columns: readonly Column<OperatorKeyView>[] = [
  { title: 'NAME', value: (row) => row.name },
  { title: 'SIGNER', value: (row) => row.subject },
  { title: 'ID', value: (row) => row.id },
  { title: 'STATE', value: (row) => (row.revokedAt === undefined ? 'valid' : 'revoked') },
  { title: 'ADDED', value: (row) => new Date(row.addedAt).toISOString() },
  { title: 'BY', value: (row) => row.addedBy, wide: true },
  {
    title: 'REVOKED',
    value: (row) => (row.revokedAt === undefined ? '-' : new Date(row.revokedAt).toISOString()),
    wide: true,
  },
];

function listing(command: Command, context: Context): void {
  command
    .addOption(outputOption())
    .option('--no-headers', 'rows only')
    .action(async (flags: ListFlags) => {
      const rows = await withEngine(context, (engine) => engine.commands.operatorKeys());
      const name = (row: (typeof rows)[number]): string => `key/${row.name}`;
      await printListing(context, { rows, columns, name }, flags, 'nobody has a key yet: mcptui operator init');
    });
}
