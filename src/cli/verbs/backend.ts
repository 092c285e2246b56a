/** Runs what verbs do with backends of secrets: define, list, describe, test and delete them. */
import { Option, type Command } from 'commander';
import { defined } from '../../kernel/defined.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { BackendDraft, BackendView } from '../../engine/index.ts';
import { backendForm, backendPlace, backendState } from '../../text/backend-words.ts';
import { confirmName } from '../confirm-name.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { duration } from '../flag-values.ts';
import { outputOption, type Column, type Format } from '../output.ts';
import { printRecord } from '../print-record.ts';
import { printListing, type ListFlags } from '../print-listing.ts';
import { withEngine } from '../with-engine.ts';
import { secretRef, type SecretRef } from './secret-text.ts';

interface CreateFlags {
  readonly kind: BackendDraft['kind'];
  readonly url?: string;
  readonly mount?: string;
  readonly namespace?: string;
  readonly caFile?: string;
  readonly auth?: 'token' | 'approle' | 'kubernetes';
  readonly authMount?: string;
  readonly token?: SecretRef;
  readonly roleId?: string;
  readonly secretId?: SecretRef;
  readonly role?: string;
  readonly jwtFile?: string;
  readonly firstLine?: boolean;
  readonly timeout?: number;
  readonly refresh?: number;
  readonly replace?: boolean;
}

export function addBackendCreation(create: Command, context: Context): void {
  create
    .command('backend')
    .description('where secrets come from besides env and file: an OpenBao or Vault, or a program such as pass')
    .argument('<name>', 'as references begin: secret:NAME/PATH#KEY')
    .argument('[command...]', 'command: what prints the secret, after --; {path} stands for what a reference names')
    .addOption(
      new Option('--kind <kind>', 'openbao: KV version 2, also of Vault; command: a program')
        .choices(['openbao', 'command'])
        .makeOptionMandatory(),
    )
    .option('--url <url>', 'openbao: its address; https unless it is this machine')
    .option('--mount <path>', 'openbao: all references are below it; default: their first segment is the mount')
    .option('--namespace <path>', 'openbao: X-Vault-Namespace')
    .option('--ca-file <file>', 'openbao: PEM of the only authority that its certificate may be of')
    .addOption(
      new Option('--auth <method>', 'openbao: how it lets the engine in').choices(['token', 'approle', 'kubernetes']),
    )
    .option('--auth-mount <path>', 'openbao: where that method is mounted; default: its name')
    .option('--token <secret>', 'token: secret:file/NAME or secret:env/NAME', secretRef)
    .option('--role-id <id>', 'approle: which role')
    .option('--secret-id <secret>', 'approle: secret:file/NAME or secret:env/NAME', secretRef)
    .option('--role <name>', 'kubernetes: which role')
    .option('--jwt-file <file>', 'kubernetes: token of the pod; default: where the kubelet puts it')
    .option('--first-line', 'command: only the first line is the secret')
    .option('--timeout <duration>', 'most time of one request (5s) or run (10s)', duration)
    .option('--refresh <duration>', 'command: so long an answer is kept in memory; 5m', duration)
    .option('--replace', 'another definition for a name that is there')
    .action((name: string, words: string[], flags: CreateFlags) => createBackend(context, name, words, flags));
}

async function createBackend(
  context: Context,
  name: string,
  words: readonly string[],
  flags: CreateFlags,
): Promise<void> {
  const draft = flags.kind === 'command' ? commandOf(name, words, flags) : openBaoOf(name, flags);
  await withEngine(context, async ({ commands }) => {
    const view = await commands.createSecretBackend(name, draft, flags.replace === true ? { replace: true } : {});
    context.print(`backend ${name} ${flags.replace === true ? 'replaced' : 'created'}`);
    if (view.state.kind === 'failing') context.note(`it does not answer: ${backendState(view)}`);
    else context.note(`refer to it: ${backendForm(view)}`);
  });
}

function commandOf(name: string, words: readonly string[], flags: CreateFlags): BackendDraft {
  if (words.length === 0) {
    throw new McptuiError('invalid', `backend ${name}: nothing to run`, {
      hint: `mcptui create backend ${name} --kind command -- pass show {path}`,
    });
  }
  const { firstLine, timeout, refresh } = flags;
  return { kind: 'command', command: [...words], ...defined({ firstLine, timeoutMs: timeout, refreshMs: refresh }) };
}

function openBaoOf(name: string, flags: CreateFlags): BackendDraft {
  const { url, mount, namespace, caFile, timeout } = flags;
  if (url === undefined) throw new McptuiError('invalid', `backend ${name}: say where it answers`, { hint: '--url' });
  return {
    kind: 'openbao',
    url,
    auth: authOf(name, flags),
    ...defined({ mount, namespace, caFile, timeoutMs: timeout }),
  };
}

type Auth = Extract<BackendDraft, { kind: 'openbao' }>['auth'];

function authOf(name: string, flags: CreateFlags): Auth {
  const { authMount: mount, token, roleId, secretId, role, jwtFile } = flags;
  const missing = (hint: string): McptuiError =>
    new McptuiError('invalid', `backend ${name}: say how it lets the engine in`, { hint });
  const auth = flags.auth ?? 'none';
  switch (auth) {
    case 'token':
      if (token === undefined) throw missing('--token secret:file/NAME');
      return { method: auth, token };
    case 'approle':
      if (roleId === undefined || secretId === undefined) throw missing('--role-id ID --secret-id secret:file/NAME');
      return { method: auth, roleId, secretId, ...defined({ mount }) };
    case 'kubernetes':
      if (role === undefined) throw missing('--role NAME');
      return { method: auth, role, ...defined({ mount, jwtFile }) };
    case 'none':
      throw missing('--auth token, approle or kubernetes');
  }
}

const columns: readonly Column<BackendView>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'KIND', value: ({ kind }) => kind },
  { title: 'STATE', value: backendState },
  { title: 'AUTH', value: ({ fields }) => (fields.kind === 'openbao' ? fields.auth.method : '-') },
  { title: 'WRITE', value: backendForm },
  { title: 'PLACE', value: backendPlace, wide: true },
];

export function addBackendListing(get: Command, context: Context): void {
  get
    .command('backends')
    .alias('backend')
    .description('where secrets come from besides env and file, each asked now; never a credential')
    .addOption(outputOption())
    .option('--no-headers', 'rows only')
    .action((flags: ListFlags) =>
      withEngine(context, async ({ commands }) => {
        const all = await commands.secretBackends();
        const rows = await Promise.all(all.map(({ name }) => commands.testSecretBackend(name)));
        const name = (row: (typeof rows)[number]): string => `backend/${row.name}`;
        await printListing(context, { rows, columns, name }, flags, 'none is defined: mcptui create backend --help');
      }),
    );
}

export function addBackendDescription(describe: Command, context: Context): void {
  describe
    .command('backend')
    .description('its definition, and how it answers now; never a credential')
    .argument('<name>')
    .addOption(outputOption())
    .action((name: string, flags: { readonly output: Format }) =>
      withEngine(context, async ({ commands }) => {
        const view = await commands.testSecretBackend(name);
        await printRecord(context, { ...view, reference: backendForm(view) }, flags.output);
      }),
    );
}

export function addBackendTest(test: Command, context: Context): void {
  test
    .command('backend')
    .description('ask a backend of secrets now; exit 5 when it cannot be used')
    .argument('<name>')
    .action(async (name: string) => {
      const view = await withEngine(context, ({ commands }) => commands.testSecretBackend(name));
      context.print(`backend ${name}: ${backendState(view)}`);
      if (view.state.kind === 'failing') process.exitCode = exitCodes.unhealthy;
    });
}

export function addBackendDeletion(command: Command, context: Context): void {
  command
    .command('backend')
    .description('forget a backend of secrets; its secrets stay where they are')
    .argument('<name>')
    .option('--yes', 'do not ask')
    .option('--force', 'also while servers use it: their next starts fail')
    .action(async (name: string, flags: { readonly yes?: boolean; readonly force?: boolean }) => {
      await confirmName(context, `backend ${name}`, name, flags.yes === true || flags.force === true);
      await withEngine(context, ({ commands }) => commands.deleteSecretBackend(name, { force: flags.force === true }));
      context.print(`backend ${name} deleted`);
    });
}
