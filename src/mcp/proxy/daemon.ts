/** Starts the engine for an agent that came first. */
import { join } from 'node:path';

/**
 * `mcptui --daemon`, in a session of its own. Two proxies may do this at once: the engine's lock lets one live, the other
 * exits. What it says on stderr goes to a file in `stateDir`; returns that file's path.
 */
export async function startDaemon(binPath: string, stateDir: string): Promise<string> {
  const [{ spawn }, fs] = await Promise.all([import('node:child_process'), import('node:fs')]);
  fs.mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const logPath = join(stateDir, 'daemon-stderr.log');
  const log = fs.openSync(logPath, 'a', 0o600);
  // An agent may itself run under an engine: its mark must not make another engine's daemon look like one of its children.
  const { MCPTUI_INSTANCE: _, ...env } = process.env;
  // With its limits from the start it need not replace itself, which takes time that the agent waits for.
  const child = spawn(process.execPath, ['--max-semi-space-size=4', binPath, '--daemon'], {
    detached: true,
    stdio: ['ignore', 'ignore', log],
    env: { MALLOC_ARENA_MAX: '1', ...env },
  });
  child.on('error', (error) => fs.appendFileSync(logPath, `could not start ${binPath}: ${error.message}\n`));
  child.unref();
  fs.closeSync(log);
  return logPath;
}
