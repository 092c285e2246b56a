/** Keeps an operator's keys in the config folder, a file of 0600 each: encrypted, so that a passphrase is needed to sign. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { errnoOf, McptuiError } from '../kernel/errors.ts';
import type { DecisionDraft, KeyFile, KeyFor, OpenKey } from '../engine/index.ts';
import type { Context } from './context.ts';
import { readHidden } from './hidden-input.ts';
import { readInput } from './content/text-file.ts';

const folderOf = ({ paths }: Pick<Context, 'paths'>): string => path.join(paths.configDir, 'operator-keys');
const fileOf = (context: Pick<Context, 'paths'>, name: string): string => path.join(folderOf(context), `${name}.json`);

async function keyNames(context: Pick<Context, 'paths'>): Promise<readonly string[]> {
  try {
    const names = await readdir(folderOf(context));
    return names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

export async function hasKeyFile(context: Context, name: string): Promise<boolean> {
  return (await keyNames(context)).includes(name);
}

/** Returns its path. */
export async function writeKeyFile(context: Context, file: KeyFile): Promise<string> {
  const { writePrivately } = await import('../engine/access/private-file.ts');
  const written = fileOf(context, file.name);
  await writePrivately(written, `${JSON.stringify(file, null, 2)}\n`);
  return written;
}

/** The one that was named, or the only one. @throws McptuiError with the next step */
export async function readKeyFile(context: Pick<Context, 'paths'>, named: string | undefined): Promise<KeyFile> {
  const names = await keyNames(context);
  const [only] = names;
  if (only === undefined) {
    throw new McptuiError('denied', 'you have no key to sign with', { hint: 'mcptui operator init' });
  }
  if (named === undefined && names.length > 1) {
    throw new McptuiError('invalid', `there are ${names.length} keys: ${names.join(', ')}`, {
      hint: 'name one: --key NAME; for the console --with-key NAME',
    });
  }
  const name = named ?? only;
  if (!names.includes(name)) {
    throw new McptuiError('not-found', `no key ${name} in ${folderOf(context)}`, { hint: `keys: ${names.join(', ')}` });
  }
  const [{ readPrivately }, { keyFileSchema }] = await Promise.all([
    import('../engine/access/private-file.ts'),
    import('../engine/signing/key-file.ts'),
  ]);
  const file = fileOf(context, name);
  const text = await readPrivately(file);
  try {
    return keyFileSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new McptuiError('unavailable', `${file} is no key file`, {
      cause,
      hint: 'bring it back from a copy of yours',
    });
  }
}

/** From a file, `-` for stdin, or from the terminal. Never from the command line or the environment. */
export async function passphraseFrom(file: string | undefined, question: string): Promise<string> {
  if (file !== undefined)
    return (file === '-' ? await readAll(process.stdin) : await readInput(file)).replace(/\r?\n$/, '');
  return readHidden(question);
}

/** What the verbs sign with. @throws McptuiError `denied` when nobody can be asked for the passphrase */
export function keyFromFolder(context: Context): KeyFor {
  return async (draft) => {
    const { key, passphraseFile } = context.access;
    if (passphraseFile === undefined && !process.stdin.isTTY) throw unasked(draft);
    const file = await readKeyFile(context, key);
    context.note(draftWords(draft));
    return openedKey(file, await passphraseFrom(passphraseFile, `passphrase of key ${file.name} (not shown): `));
  };
}

export async function openedKey(file: KeyFile, passphrase: string): Promise<OpenKey> {
  const { openKey } = await import('../engine/signing/key-file.ts');
  return openKey(file, passphrase);
}

function draftWords({ kind, subject, projects, have, need, hash }: DecisionDraft): string {
  const so = need > 1 ? `, ${have} of ${need} approvals so far` : '';
  return `${projects.join(', ')}: ${kind} ${subject} has to be signed${so}; hash ${hash.slice(0, 12)}…`;
}

function unasked({ kind, subject, projects }: DecisionDraft): McptuiError {
  return new McptuiError(
    'denied',
    `${kind} ${subject} is not signed: ${projects.join(', ')} demands signed decisions`,
    {
      hint: 'in a terminal the passphrase of your key is asked for; a script gives it by --passphrase-file FILE',
    },
  );
}
