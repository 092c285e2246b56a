/** Runs `daemon status`, `stop` and `reload`. */
import { age } from '../../text/format.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { toJson, withTimes } from '../output.ts';
import { shutDown } from '../verbs/shutdown.ts';
import { engineIfRunning, withRunningEngine } from '../with-engine.ts';
import type { ServiceFlags } from './service.ts';

export async function daemonStatus(context: Context, { output }: ServiceFlags): Promise<void> {
  const engine = await engineIfRunning(context);
  const info = engine?.view().info;
  const instances = [...(engine?.view().instances.values() ?? [])];
  await engine?.close();
  if (info === undefined) {
    process.exitCode = exitCodes.unreachable;
    if (output === 'json' || output === 'jsonl') return context.print(toJson({ running: false }));
    return context.print(`no engine runs on ${context.paths.dataDir}`);
  }
  const failing = instances.filter(({ phase }) => phase === 'error').length;
  const status = {
    running: true,
    pid: info.pid,
    hosting: info.hosting,
    version: info.version,
    startedAt: info.startedAt,
    socket: info.socketPath,
    http: info.httpAddress ?? null,
    instances: instances.length,
    failing,
  };
  if (output === 'json' || output === 'jsonl') return context.print(toJson(withTimes(status), 2));
  const { hosting, pid, version, socket, http } = status;
  const since = age(context.clock.now() - info.startedAt);
  context.print(`${hosting === 'daemon' ? 'daemon' : 'console'} ${version}, pid ${pid}, for ${since}`);
  context.print(`socket    ${socket}${http === null ? '' : `, http ${http}`}`);
  context.print(`instances ${instances.length}${failing === 0 ? '' : `, ${failing} failing → mcptui get instances`}`);
}

export async function daemonStop(context: Context): Promise<void> {
  const pid = await shutDown(context);
  context.print(pid === undefined ? `no engine runs on ${context.paths.dataDir}` : `engine stopped (pid ${pid})`);
}

export async function daemonReload(context: Context): Promise<void> {
  await withRunningEngine(context, async ({ commands }) => {
    await commands.reload();
    context.print('log files begun anew, secrets and backends looked at');
  });
}
