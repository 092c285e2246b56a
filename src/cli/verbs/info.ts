/** Runs `info` and `version`. */
import { Command } from 'commander';
import type { EngineView, RuntimeState } from '../../engine/index.ts';
import { mayBeAway, runtimeKinds } from '../../engine/runtimes/registry.ts';
import { version } from '../../kernel/version.ts';
import type { Context } from '../context.ts';
import { engineIfRunning } from '../with-engine.ts';
import { outputOption, toJson, type Format } from '../output.ts';

export function infoCommand(context: Context): Command {
  return new Command('info')
    .description('paths, versions and what runs')
    .addOption(outputOption())
    .action(async (flags: { readonly output: Format }) => {
      const engine = await engineIfRunning(context);
      const running = engine?.view().info;
      const audit = engine?.view().audit;
      await engine?.close();
      const rows: Readonly<Record<string, string>> = {
        version,
        node: process.version,
        config: context.paths.configDir,
        data: context.paths.dataDir,
        logs: context.paths.stateDir,
        secrets: context.paths.secretsDir,
        socket: running?.socketPath ?? context.paths.socketPath,
        engine:
          running === undefined ? 'not running' : `${running.hosting}, pid ${running.pid}, version ${running.version}`,
        http: running?.httpAddress ?? '-',
        storage:
          running === undefined
            ? '-'
            : 'reason' in running.storage
              ? `${running.storage.kind}: ${running.storage.reason}`
              : running.storage.kind,
        ...runtimeRows(running),
        audit: auditWords(audit),
        bugs: bugWords(running?.bugs),
      };
      if (flags.output === 'json' || flags.output === 'jsonl') {
        return context.print(toJson({ ...rows, bugs: running?.bugs ?? null }, 2));
      }
      for (const [name, value] of Object.entries(rows)) context.print(`${name.padEnd(8)} ${value}`);
    });
}

/** A row for each runtime that may be away. */
function runtimeRows(info: EngineView['info'] | undefined): Readonly<Record<string, string>> {
  const shown = runtimeKinds.filter(mayBeAway);
  return Object.fromEntries(shown.map((kind) => [kind, info === undefined ? '-' : stateWords(info.runtimes[kind])]));
}

function stateWords(state: RuntimeState): string {
  return state.kind === 'ok' ? state.version : `${state.kind}: ${state.reason}`;
}

function auditWords(audit: EngineView['audit'] | undefined): string {
  if (audit === undefined) return '-';
  const broken = audit.chain === 'broken' ? '; damaged → mcptui audit verify' : '';
  const lost = audit.lost > 0 ? `; ${audit.lost} events could not be kept` : '';
  return `${audit.lastEvent} events${lost}${broken}`;
}

function bugWords(bugs: number | undefined): string {
  if (bugs === undefined) return '-';
  return bugs === 0 ? '0' : `${bugs} → mcptui get audit --kind bug`;
}

export function versionCommand(context: Context): Command {
  return new Command('version')
    .description('the version of mcptui and of its Node')
    .addOption(outputOption())
    .action((flags: { readonly output: Format }) => {
      if (flags.output.startsWith('json')) return context.print(toJson({ version, node: process.version }));
      context.print(`mcptui ${version} (node ${process.version})`);
    });
}
