/** Runs what verbs do with secrets: lists, describes, stores and deletes them. Never shows a value. */
import { text as readAll } from 'node:stream/consumers';
import type { Command } from 'commander';
import { McptuiError } from '../../kernel/errors.ts';
import { nearest } from '../../kernel/nearest.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Engine, SecretVersion, SecretView } from '../../engine/index.ts';
import { age, timeToLive } from '../../text/format.ts';
import { resolveWords, secretStep, usedByWords } from '../../text/secret-words.ts';
import { confirmName } from '../confirm-name.ts';
import type { Context } from '../context.ts';
import { readHidden } from '../hidden-input.ts';
import { outputOption, type Column, type Format, type Listing } from '../output.ts';
import { withEngine } from '../with-engine.ts';

function columns(clock: Clock): readonly Column<SecretView>[] {
  return [
    { title: 'NAME', value: ({ name }) => name },
    { title: 'STATE', value: stateText },
    { title: 'SERVERS', value: ({ servers }) => servers.join(',') || '-' },
    { title: 'OLD VALUE IN', value: ({ stale }) => stale.join(',') || '-' },
    { title: 'WAITING', value: ({ waiting }) => waiting.join(',') || '-', wide: true },
    { title: 'USED AS', value: (row) => usedByWords(row) || '-', wide: true },
    { title: 'LAST RESOLVE', value: (row) => resolveWords(row, clock.now()), wide: true },
    { title: 'AGE', value: ({ setAt }) => (setAt === undefined ? '-' : age(clock.now() - setAt)) },
    {
      title: 'TTL',
      value: ({ expiresAt }) => (expiresAt === undefined ? '-' : timeToLive(expiresAt - clock.now())),
      wide: true,
    },
  ];
}

function stateText(row: SecretView): string {
  if (row.state !== 'missing' && row.state !== 'failing') return row.state;
  return `${row.cause ?? row.state} → ${secretStep(row)}`;
}

/** Each is asked for now; while somebody watches, as they are known. */
export async function secretListing(
  engine: Engine,
  { watch, project }: { readonly watch?: boolean; readonly project?: string },
  { clock }: Context,
): Promise<Listing<SecretView>> {
  const all = watch === true ? [...engine.view().secrets.values()] : await engine.commands.secrets();
  const servers = new Set([...engine.view().servers.values()].filter((row) => row.project === project).map(nameOf));
  const rows = project === undefined ? all : all.filter((row) => row.servers.some((name) => servers.has(name)));
  return { rows, columns: columns(clock), name: (row) => `secret/${row.name}` };
}

const nameOf = ({ name }: { readonly name: string }): string => name;

type Print = (context: Context, record: object, format: Format) => Promise<void>;

export function addSecretDescription(describe: Command, context: Context, print: Print): void {
  describe
    .command('secret')
    .aliases(['secrets', 'sec'])
    .description('how it resolves now, who uses it, and who still has an old value; never its value')
    .argument(
      '<name>',
      'NAME or file/NAME in the encrypted file, env/NAME in the environment of the engine, BACKEND/PATH#KEY',
    )
    .addOption(outputOption())
    .action((name: string, flags: { readonly output: Format }) =>
      withEngine(context, async (engine) => print(context, await describeSecret(engine, name), flags.output)),
    );
}

async function describeSecret({ commands }: Engine, name: string): Promise<object> {
  const rows = await commands.secrets();
  const id = idOf(name);
  const row = rows.find((one) => one.id === id);
  if (row === undefined) throw unknownSecret(id, rows);
  const next = row.state === 'missing' || row.state === 'failing' ? { next: secretStep(row) } : {};
  const { name: _, id: __, ...rest } = row;
  const versions =
    row.backend === 'file' && ['ok', 'unused'].includes(row.state) ? await commands.secretVersions(row.path) : [];
  const history = versions.length === 0 ? {} : { versions: versions.map(versionText) };
  return { name: row.name, reference: `secret:${row.id}`, ...rest, ...next, ...history };
}

/** A fingerprint tells whether two values are the same, and nothing else. */
function versionText({ version, setAt, fingerprint, isCurrent }: SecretVersion): object {
  return { version, ...(setAt === undefined ? {} : { setAt }), fingerprint, isCurrent };
}

function idOf(name: string): string {
  const bare = name.replace(/^secret:/, '');
  return bare.includes('/') ? bare : `file/${bare}`;
}

function unknownSecret(id: string, rows: readonly SecretView[]): McptuiError {
  const meant =
    nearest(
      id,
      rows.map((row) => row.id),
    ) ?? rows.find((row) => row.path === id.slice(id.indexOf('/') + 1))?.id;
  return new McptuiError('not-found', `no secret ${id}: it is not kept, and no server names it`, {
    hint: meant === undefined ? 'mcptui get secrets' : `did you mean ${meant}?`,
  });
}

interface CreateFlags {
  readonly rotate?: boolean;
  readonly restart?: boolean;
}

export function addSecretCreation(create: Command, context: Context): void {
  create
    .command('secret')
    .description('store a secret in the encrypted file; refer to it with --env K=secret:file/NAME')
    .argument('<name>')
    .option('--rotate', 'only give another value to one that is kept')
    .option('--restart', 'restart what runs with the old value, one after the other')
    .addHelpText('after', '\nThe value is asked for without echo, or read from stdin.')
    .action((name: string, flags: CreateFlags) => createSecret(context, name, flags));
}

async function createSecret(context: Context, given: string, flags: CreateFlags): Promise<void> {
  const name = given.replace(/^(?:secret:)?file\//, '');
  const typed = process.stdin.isTTY ? await readHidden(`value of ${name} (not shown): `) : await readAll(process.stdin);
  const value = typed.replace(/\r?\n$/, '');
  if (value === '')
    throw new McptuiError('invalid', `secret ${name}: the value is empty`, {
      hint: 'a variable that is empty on purpose is --env K=',
    });
  const { weakness } = await import('../../engine/secrets/strength.ts');
  await withEngine(context, async (engine, live) => {
    const { commands } = engine;
    const { waiting = [] } = engine.view().secrets.get(`file/${name}`) ?? {};
    const change = await commands.setSecret(name, value, flags.rotate === true ? { only: 'kept' } : {});
    const weak = weakness(value);
    if (weak !== undefined) context.note(`secret ${name} is not masked in logs and results: ${weak}`);
    context.print(`secret file/${name} stored`);
    for (const holder of change.holders) {
      if (flags.restart !== true) context.note(`${holder} has the old value: mcptui restart ${holder}`);
      else
        await commands
          .restart(holder, { inTurn: true })
          .then(() => context.note(`${holder} restarts with the new value`));
    }
    for (const instance of change.renewed) context.note(`${instance} connects anew with it`);
    if (live) for (const instance of waiting) context.note(`${instance} waited for it and starts now`);
  });
}

export function addSecretDeletion(command: Command, context: Context): void {
  command
    .command('secret')
    .description('remove it from the encrypted file')
    .argument('<name>')
    .option('--yes', 'do not ask')
    .option('--force', 'also while servers use it: their next starts fail')
    .action(async (given: string, flags: { readonly yes?: boolean; readonly force?: boolean }) => {
      const name = given.replace(/^(?:secret:)?file\//, '');
      await withEngine(context, async (engine) => {
        const { servers = [] } = engine.view().secrets.get(`file/${name}`) ?? {};
        const used =
          servers.length === 0 ? '' : `, which ${servers.join(', ')} ${servers.length === 1 ? 'uses' : 'use'}`;
        await confirmName(context, `secret file/${name}${used}`, name, flags.yes === true || flags.force === true);
        // Who has typed the name was told who uses it.
        const force = flags.force === true || flags.yes !== true;
        await engine.commands.removeSecret(name, { force });
        context.print(`secret file/${name} deleted`);
        for (const server of servers) context.note(`server ${server} uses it: its next start fails without it`);
      });
    });
}
