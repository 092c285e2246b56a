/** Runs `mcptui` without a verb: the console, on the running engine or on one of its own in a worker thread. */
import { constants } from 'node:os';
import { sleep } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { attachEngine } from '../../engine/host/client.ts';
import { hostInWorker, type HostedWorker } from '../../engine/host/worker.ts';
import type { Engine } from '../../engine/index.ts';
import { readOnly } from '../../engine/commands/read-only.ts';
import { startDaemon } from '../../kernel/start-daemon.ts';
import { STARTED_BY } from '../../kernel/start-record.ts';
import { version } from '../../kernel/version.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import { exitCodes } from '../exit-codes.ts';
import { LAST_MS, LastDeadline } from '../last-deadline.ts';
import { consoleSettings } from '../console-settings.ts';
import { openedKey, readKeyFile } from '../key-folder.ts';
import type { ClientFiles } from '../../tui/kit/client-files.ts';
import type { Context } from '../context.ts';
import { runsWhere } from './callers-folder.ts';
import { engineIfRunning } from '../with-engine.ts';

/** How long a console holds an opened key. */
const UNLOCK_MS = 15 * 60_000;

export interface ConsoleFlags {
  /** Done on the engine before the console shows it. */
  readonly prepare?: (engine: Engine) => Promise<void>;
  /** It is the demo's: what it shows and says names that. */
  readonly demo?: boolean;
}

export interface OpenedEngine {
  readonly engine: Engine;
  /** Undefined when a daemon hosts it. */
  readonly hosted: HostedWorker | undefined;
}

/** A running engine, else one in a worker of this process. @throws McptuiError what the host throws */
export async function openEngine(context: Context): Promise<OpenedEngine> {
  const engine = await engineIfRunning(context);
  return engine === undefined ? hostEngineHere(context) : { engine, hosted: undefined };
}

async function hostEngineHere(context: Context): Promise<OpenedEngine> {
  const { clock, env, paths } = context;
  const entry = new URL('./worker.js', import.meta.url);
  const hosted = await hostInWorker(
    entry,
    { paths, version, logLevel: env.MCPTUI_LOG_LEVEL ?? 'info', env: { ...env } },
    clock,
  );
  return { engine: await attachEngine({ socketPath: hosted.socketPath, clock, user: context.user }), hosted };
}

export async function runConsoleVerb(context: Context, flags: ConsoleFlags): Promise<void> {
  if (!context.isTty) {
    throw new McptuiError('invalid', 'the console needs a terminal on stdin and stdout', {
      hint: 'without one use mcptui get instances, or run the engine with mcptui --daemon',
    });
  }
  if (context.env.TERM === 'dumb') {
    throw new McptuiError('invalid', 'TERM=dumb cannot show a full-screen console', {
      hint: 'mcptui get instances -w',
    });
  }
  const [{ runConsole }, { consoleConfig }] = await Promise.all([
    import('../../tui/app/main.tsx'),
    import('../config/console.ts'),
  ]);
  const running = await engineIfRunning(context);
  const opened =
    running === undefined ? hostEngineHere(context) : Promise.resolve({ engine: running, hosted: undefined });
  const opening = opened.then(async (ready) => {
    await flags.prepare?.(ready.engine);
    return ready;
  });
  // The console shows the failure on its first screen; here it only must not count as unhandled.
  opening.catch(() => undefined);
  const readsOnly = context.access.isReadOnly;
  const deadline = new LastDeadline(context.clock);
  const { outcome, signal } = await runConsole({
    engine: opening.then(({ engine }) => (readsOnly ? readOnly(engine) : engine)),
    clock: context.clock,
    hosting: running === undefined,
    readOnly: readsOnly,
    demo: flags.demo === true,
    user: context.user,
    keys: {
      open: async (passphrase) => openedKey(await readKeyFile(context, context.access.key), passphrase),
      holdMs: context.access.unlockMs ?? UNLOCK_MS,
    },
    version,
    env: context.env,
    settings: consoleSettings(context.paths.stateDir),
    clients: {
      plan: async (...asked) => (await clientsOf(context)).plan(...asked),
      connections: async (...asked) => (await clientsOf(context)).connections(...asked),
    },
    config: consoleConfig(context.clock, context.config),
    folderOf: (words) => runsWhere(words, process.cwd()).cwd,
    leaving: (signal) => deadline.begin(() => (signal === undefined ? exitCodes.timeout : codeOf(signal))),
  }).catch(async (error: unknown) => {
    await closeEngine(opening).catch(() => undefined);
    throw error;
  });
  if (signal !== undefined) process.exitCode = codeOf(signal);
  const hosted = await closeEngine(opening);
  if (outcome === 'quit-handover') {
    // The engine here has ended: what is left to do has its own time.
    deadline.begin(() => exitCodes.timeout);
    await handOver(context);
    context.note('the engine goes on as a daemon; servers that ran as processes were restarted');
    context.note(wayBack(context, flags.demo === true));
  } else if (hosted === undefined) context.note(`the daemon keeps running; ${wayBack(context, flags.demo === true)}`);
  else if (flags.demo === true) context.note('come back with: mcptui demo   begin anew with: mcptui demo --reset');
}

/** Loaded when somebody imports. */
async function clientsOf(context: Context): Promise<ClientFiles> {
  return (await import('../clients/console-clients.ts')).consoleClients(context);
}

/** How to see a daemon again, and how to end it. */
function wayBack({ env }: Context, demo: boolean): string {
  const place = env.MCPTUI_HOME === undefined ? '' : `MCPTUI_HOME=${env.MCPTUI_HOME} `;
  return `come back with: ${demo ? 'mcptui demo' : `${place}mcptui`}   end it with: ${place}mcptui shutdown`;
}

/** Returns the host that it has closed; undefined when a daemon goes on. */
async function closeEngine(opening: Promise<OpenedEngine>): Promise<HostedWorker | undefined> {
  const { engine, hosted } = await opening;
  await engine.close();
  await hosted?.close();
  return hosted;
}

function codeOf(signal: NodeJS.Signals): number {
  return 128 + (constants.signals[signal] ?? 15);
}

/** The daemon goes on getting ready when this is over. */
const READY_MS = LAST_MS - 500;
const LOOK_MS = 50;

/** Resolves once it listens. @throws McptuiError `timeout` */
export async function handOver(context: Context): Promise<void> {
  const { clock, paths } = context;
  const [, script] = process.argv;
  if (script === undefined) throw new McptuiError('unavailable', 'cannot tell how this program was started');
  // The operator's own environment: the engine that ends has had it too.
  const env = { ...context.env, [STARTED_BY]: 'operator' };
  const started = await startDaemon({ binPath: script, paths, env });
  const { exited, logPath } = started;
  const ended = { isSo: false };
  unawaited(
    exited.then(() => {
      ended.isSo = true;
    }),
  );
  const untilMs = clock.monotonicMs() + READY_MS;
  while (!ended.isSo && clock.monotonicMs() < untilMs) {
    const engine = await engineIfRunning(context);
    if (engine !== undefined) return engine.close();
    await sleep(clock, LOOK_MS);
  }
  const said = started.words();
  const message = said === '' ? 'the daemon did not get ready' : `the daemon did not get ready: ${said}`;
  throw new McptuiError('timeout', message, { hint: `its output is in ${logPath}` });
}
