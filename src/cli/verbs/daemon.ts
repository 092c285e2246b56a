/** `mcptui --daemon` */
import { leave } from '../../exit.ts';
import { version } from '../../version.ts';
import type { Context } from '../context.ts';

export async function daemonVerb(context: Context): Promise<void> {
  const { env, paths } = context;
  const [{ runDaemon }, { fileLogger }] = await Promise.all([
    import('../../engine/host/daemon.ts'),
    import('../../engine/host/file-logger.ts'),
  ]);
  const logger = fileLogger(paths.stateDir, env.MCPTUI_LOG_LEVEL ?? 'info');
  process.on('uncaughtException', (error) => {
    logger.error({ error: error.stack }, 'uncaught: the daemon ends');
    context.note(`mcptui: ${error.stack ?? error.message}`);
    leave(1);
  });
  process.exitCode = await runDaemon({ paths, version, env, logger }, context.print);
}
