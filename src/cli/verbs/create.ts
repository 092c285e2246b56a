/** Runs `create server`. */
import { Command, Option } from 'commander';
import { defined } from '../../kernel/defined.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { hidesContainers } from '../../engine/runtimes/command-containers.ts';
import { localRuntimes } from '../../engine/runtimes/registry.ts';
import type { EnvEntry, ServerDraft } from '../../engine/index.ts';
import type { Json } from '../../kernel/json.ts';
import { addContentCreation } from '../content/create.ts';
import type { Context } from '../context.ts';
import { withEngine } from '../with-engine.ts';
import { duration, jsonObject, wholeNumber } from '../flag-values.ts';
import { addModelCreation } from './create-model.ts';
import {
  collectEnv,
  collectMount,
  collectSecretFile,
  collectWord,
  folderNote,
  programOf,
  refuseCwd,
  type ProgramFlags,
} from './program-flags.ts';
import { addRemoteOptions, urlSourceOf, type RemoteFlags } from './remote-flags.ts';
import { addBindingCreation, addRoleCreation } from './role.ts';
import { addTicketCreation, addTokenCreation } from './token.ts';
import { addBackendCreation } from './backend.ts';
import { addSecretCreation } from './secret.ts';

interface ServerFlags extends RemoteFlags, ProgramFlags {
  readonly env: readonly EnvEntry[];
  readonly secretFile: readonly EnvEntry[];
  readonly replicas?: number;
  readonly isolation?: 'session' | 'shared';
  readonly maxInstances?: number;
  readonly maxInFlight?: number;
  readonly callIdle?: number;
  readonly callTimeout?: number;
  readonly prefix?: string;
  readonly context?: string;
  readonly project?: string;
  readonly literal?: boolean;
  readonly secretDelivery?: 'stdin' | 'env';
  readonly network?: 'none' | 'bridge';
  readonly memory?: number;
  readonly pids?: number;
  readonly cpus?: number;
  readonly startTimeout?: number;
  readonly probeTool?: string;
  readonly probeArgs?: Readonly<Record<string, Json>>;
  readonly probeInterval?: number;
  readonly probeTimeout?: number;
  readonly probeFailures?: number;
  readonly probeBudget?: number;
}

export function createCommand(context: Context): Command {
  const create = new Command('create').description(
    'add a server, a secret, a token, a project, an agent, a prompt, a personality or a skill',
  );
  addRemoteOptions(create.command('server'))
    .description('add an MCP server; a running engine starts it')
    .argument('<name>', 'letters a-z, digits and -')
    .argument('[command...]', 'what to run, after --')
    .option('--image <image>', 'container image; a command after -- replaces its own')
    .option('--package <spec>', 'npm:SPEC or pypi:SPEC; arguments after --')
    .option(
      '--mount <SRC:DST[:ro]>',
      'with --image: a folder below your home, or that MCPTUI_MOUNTS names; repeatable',
      collectMount,
    )
    .option('--entrypoint <word>', 'with --image: instead of its own; repeatable, a word each', collectWord)
    .option('--user <user>', 'with --image: UID, UID:GID or a name that it has; never root')
    .addOption(
      new Option('--pull <when>', 'with --image: missing (default), never, or always').choices([
        'missing',
        'never',
        'always',
      ]),
    )
    .addOption(new Option('--runtime <runtime>', 'where it runs').choices(localRuntimes))
    .option(
      '--env <K=V>',
      'K=V, K= (empty), K=secret:BACKEND/NAME, or K=text with {secret:BACKEND/NAME}; repeatable',
      collectEnv,
      [],
    )
    .option(
      '--secret-file <K=secret>',
      'in a container: K=secret:BACKEND/NAME as a file, K_FILE says where; repeatable',
      collectSecretFile,
      [],
    )
    .option('--replicas <n>', 'how many, 0 allowed', wholeNumber)
    .addOption(
      new Option('--isolation <kind>', 'an instance for each session (stdio), or one for all').choices([
        'session',
        'shared',
      ]),
    )
    .option('--max-instances <n>', 'most instances at once, with one for each session (8)', wholeNumber)
    .option('--max-in-flight <n>', 'calls that an instance gets at once; the others wait in order', wholeNumber)
    .option('--call-idle <time>', 'cancel a call after this long without answer or progress (5m)', duration)
    .option('--call-timeout <time>', 'cancel a call after this long in all (1h)', duration)
    .option('--prefix <text>', 'before __tool; "" for names as they are (a lone server of its project)')
    .option('--context <text>', "what agents should know of it, put before its tools' descriptions")
    .option('--literal', 'take ${TOKEN}, $TOKEN, <TOKEN>, ~/ and the like as they stand')
    .option('-p, --project <name>', 'project that it belongs to', context.env.MCPTUI_PROJECT ?? 'default')
    .option('--cwd <folder>', 'working folder of a command or package (an empty one of its own), or in an image')
    .addOption(
      new Option('--secret-delivery <how>', "to a container: unseen by its image's shell, or as env").choices([
        'stdin',
        'env',
      ]),
    )
    .addOption(new Option('--network <mode>', 'of a container').choices(['none', 'bridge']))
    .option('--memory <MiB>', 'limit of a container', wholeNumber)
    .option('--pids <n>', 'limit of a container', wholeNumber)
    .option('--cpus <n>', 'limit of a container, 0 = none', Number)
    .option('--start-timeout <time>', 'how long the answer to initialize may take', duration)
    .option('--probe-tool <tool>', 'readiness: call this tool instead of tools/list')
    .option('--probe-args <json>', 'its arguments, a JSON object', jsonObject)
    .option('--probe-interval <time>', 'such as 60s', duration)
    .option('--probe-timeout <time>', 'such as 10s', duration)
    .option('--probe-failures <n>', 'failures in a row until unhealthy', wholeNumber)
    .option('--probe-budget <time>', 'a slower answer is degraded', duration)
    .action((name: string, command: string[], flags: ServerFlags) => createServer(context, name, command, flags));
  addSecretCreation(create, context);
  addBackendCreation(create, context);
  addTokenCreation(create, context);
  addTicketCreation(create, context);
  addModelCreation(create, context);
  addRoleCreation(create, context);
  addBindingCreation(create, context);
  addContentCreation(create, context);
  return create;
}

async function createServer(
  context: Context,
  name: string,
  command: readonly string[],
  flags: ServerFlags,
): Promise<void> {
  const draft = draftOf(name, command, flags);
  const where = folderNote(draft.source, flags);
  if (where !== undefined) context.note(where);
  if (draft.source.kind === 'command' && hidesContainers(draft.source.command)) {
    context.note(
      'containers that this command starts are not found when it stops: use --image, or docker run itself as the command',
    );
  }
  await withEngine(context, async (engine, live) => {
    const server = await engine.commands.createServer(draft);
    context.print(`server ${server.name} created in project ${server.project}`);
    const { literalSecrets } = await import('../../engine/servers/literal-secrets.ts');
    for (const note of literalSecrets(draft)) context.note(note);
    if (!live) context.note('no engine is running: it starts with the next mcptui or mcptui --daemon');
  });
}

/** Flags to a definition. @throws McptuiError `invalid` when it is not clear what to run */
export function draftOf(name: string, command: readonly string[], flags: ServerFlags): ServerDraft {
  const { image, package: spec, url, project, env, replicas, prefix, network } = flags;
  const given = [image, spec, url].filter((value) => value !== undefined);
  if (given.length > 1) throw new McptuiError('invalid', 'give one of --image, --package and --url');
  if (given.length === 0 && command.length === 0) {
    throw new McptuiError('invalid', `server ${name}: nothing to run`, {
      hint: 'give --image, --package, --url or a command after --',
    });
  }
  return {
    name,
    ...(project === undefined ? {} : { project }),
    ...sourceOf(command, flags),
    env: [...env, ...flags.secretFile],
    ...(replicas === undefined ? {} : { replicas }),
    ...(flags.isolation === undefined ? {} : { isolation: flags.isolation }),
    ...(flags.maxInstances === undefined ? {} : { maxInstances: flags.maxInstances }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(flags.context === undefined ? {} : { context: flags.context }),
    ...(flags.secretDelivery === undefined ? {} : { secretDelivery: flags.secretDelivery }),
    ...(network === undefined ? {} : { network }),
    ...(flags.literal === true ? { literal: true } : {}),
    ...(flags.startTimeout === undefined ? {} : { startTimeoutMs: flags.startTimeout }),
    calls: defined({ maxInFlight: flags.maxInFlight, idleMs: flags.callIdle, ceilingMs: flags.callTimeout }),
    limits: defined({ memoryMiB: flags.memory, pids: flags.pids, cpus: flags.cpus }),
    health: defined({
      tool: flags.probeTool,
      args: flags.probeArgs as NonNullable<ServerDraft['health']>['args'],
      intervalMs: flags.probeInterval,
      timeoutMs: flags.probeTimeout,
      failureThreshold: flags.probeFailures,
      latencyBudgetMs: flags.probeBudget,
    }),
  };
}

function sourceOf(command: readonly string[], flags: ServerFlags): Pick<ServerDraft, 'source' | 'runtime'> {
  const remote = urlSourceOf(flags);
  if (remote === undefined) return programOf(command, flags);
  refuseCwd(flags, 'a URL');
  return { source: remote, runtime: 'remote' };
}
