/** Runs `mcptui --daemon`. */
import { exitProcess } from '../../kernel/exit.ts';
import { httpSettings } from '../http-settings.ts';
import { version } from '../../kernel/version.ts';
import { followSettings } from '../config/daemon.ts';
import type { Context } from '../context.ts';

export interface DaemonFlags {
  /** A loopback address; default `MCPTUI_LISTEN`. */
  readonly listen?: string;
  readonly auditRequired?: boolean;
  /** Names of variables that all servers get; default `MCPTUI_PASS_ENV`. */
  readonly passEnv?: string;
}

export async function daemonVerb(context: Context, { listen, auditRequired, passEnv }: DaemonFlags): Promise<void> {
  const { paths } = context;
  const env = passEnv === undefined ? context.env : { ...context.env, MCPTUI_PASS_ENV: passEnv };
  const [{ runDaemon }, { fileLogger }, { reportCrash }] = await Promise.all([
    import('../../engine/host/daemon.ts'),
    import('../../engine/host/file-logger.ts'),
    import('../../engine/host/crash-report.ts'),
  ]);
  const logger = fileLogger(paths.stateDir, env.MCPTUI_LOG_LEVEL ?? 'info');
  process.on('uncaughtException', (error) => {
    // Its message may quote what must not be shown.
    const { summary, facts } = reportCrash(error, { at: context.clock.now(), version, stateDir: paths.stateDir });
    logger.error(facts, 'uncaught: the daemon ends');
    context.note(`mcptui: ${summary}`);
    exitProcess(1);
  });
  const unfollow = followSettings(context, logger);
  const address = listen ?? env.MCPTUI_LISTEN;
  const options = { paths, version, env, logger, http: httpSettings(env), note: context.note };
  const required = auditRequired === undefined ? {} : { auditRequired };
  process.exitCode = await runDaemon(
    address === undefined || address === ''
      ? { ...options, ...required }
      : { ...options, ...required, listen: address },
    context.print,
  );
  unfollow();
}
