/** Runs `describe server|instance|secret NAME`: all that is known of one thing. */
import { Command } from 'commander';
import { noSuch } from '../../kernel/no-such.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { isolationOf, type Engine, type InstanceView, type UpstreamView } from '../../engine/index.ts';
import { workFolderOf } from '../../engine/runtimes/work-folder.ts';
import type { Server } from '../../store/schema/server.ts';
import { reasonText } from '../columns.ts';
import { addContentDescriptions } from '../content/describe.ts';
import type { Context } from '../context.ts';
import { withEngine } from '../with-engine.ts';
import { addBackendDescription } from './backend.ts';
import { addModelDescription } from './model.ts';
import { addRoleDescription } from './role.ts';
import { addSecretDescription } from './secret.ts';
import { outputOption, type Format } from '../output.ts';
import { printRecord } from '../print-record.ts';
import { addSessionDescription } from './gate.ts';

export function describeCommand(context: Context): Command {
  const describe = new Command('describe').description('all that is known of one thing');
  describe
    .command('server')
    .description('its definition, its folder, what it offers, and its instances')
    .argument('<name>')
    .addOption(outputOption())
    .action((name: string, flags: { readonly output: Format }) =>
      withEngine(context, (engine) => printRecord(context, describeServer(engine, name), flags.output)),
    );
  describe
    .command('instance')
    .alias('inst')
    .description('its state, why it is so, its last probe and its events')
    .argument('<name>', 'instance, or server with one instance')
    .addOption(outputOption())
    .action((name: string, flags: { readonly output: Format }) =>
      withEngine(context, async (engine) => printRecord(context, await describeInstance(engine, name), flags.output)),
    );
  addSessionDescription(describe, context);
  addModelDescription(describe, context);
  addRoleDescription(describe, context);
  addSecretDescription(describe, context, printRecord);
  addBackendDescription(describe, context);
  addContentDescriptions(describe, context, printRecord);
  return describe;
}

function describeServer(engine: Engine, name: string): object {
  const servers = [...engine.view().servers.values()];
  const server = servers.find((row) => row.name === name || row.id === name);
  if (server === undefined)
    throw noSuch(
      'server',
      name,
      servers.map((row) => row.name),
      'mcptui get servers',
    );
  const instances = [...engine.view().instances.values()].filter((row) => row.serverId === server.id);
  const upstream = engine.view().upstreams.get(server.id);
  return {
    ...server,
    ...folder(engine, server),
    isolation: isolationOf(server),
    ...(upstream === undefined ? {} : lists(upstream)),
    instances: instances.map(summary),
  };
}

/** What it says that it has, and whether its lists came. */
function lists({ declared, undeclared, tools, list }: UpstreamView): object {
  const told =
    undeclared === undefined
      ? declared?.length === 0
        ? { note: 'it declares no capabilities, and answered with no list when it was asked once' }
        : {}
      : { note: `it declares no capabilities, but lists ${undeclared.join(', ')}` };
  const { failure } = list;
  return {
    ...(declared === undefined ? {} : { capabilities: declared }),
    ...told,
    ...(tools === undefined ? {} : { tools }),
    ...(failure === undefined ? {} : { listFailure: failure }),
  };
}

async function describeInstance(engine: Engine, name: string): Promise<object> {
  const detail = await engine.commands.instanceDetail(name);
  const row = engine.view().instances.get(detail.id);
  if (row === undefined) throw new McptuiError('not-found', `no instance ${name}`);
  return {
    ...summary(row),
    runtime: row.runtime,
    via: row.via,
    command: detail.command,
    ...folder(engine, detail.spec),
    ...(detail.image === undefined ? {} : { image: detail.image }),
    restarts: row.restarts,
    invalidLines: row.invalidLines,
    ...(row.retry === undefined ? {} : { retry: { attempt: row.retry.attemptCount, next: row.retry.nextRetryAt } }),
    env: detail.env,
    ...(row.probe === undefined ? {} : { probe: row.probe }),
    calls: { open: detail.calls.open, oldest: detail.calls.oldestAt },
    tools: detail.tools.map((tool) => tool.name),
    events: detail.events,
  };
}

/** Where it works, whoever chose that. */
function folder(engine: Engine, server: Server): { readonly folder?: string } {
  const found = workFolderOf(engine.view().info.dataDir, server);
  return found === undefined ? {} : { folder: found };
}

function summary(row: InstanceView): object {
  const reason = reasonText(row);
  return {
    name: row.name,
    id: row.id,
    server: row.server,
    project: row.project,
    phase: row.phase,
    health: row.health,
    since: row.phaseSince,
    ...(row.lease === undefined ? {} : { lease: row.lease }),
    ...(reason === '' ? {} : { reason }),
  };
}
