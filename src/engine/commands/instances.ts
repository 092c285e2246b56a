/** Handles the commands on instances: finds what was named, records what is desired and by whom, and lets the reconciler act. */
import type { Clock, EpochMs } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { Instance } from '../../store/schema/instance.ts';
import type { Server } from '../../store/schema/server.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { Fleet } from '../instances/fleet.ts';
import { forgetImage } from '../instances/image-record.ts';
import type { LiveInstance } from '../instances/live-instance.ts';
import type { LogBook } from '../instances/log-book.ts';
import { givenValues } from '../servers/given-values.ts';
import { shownSpec } from '../views/shown-server.ts';
import type { Prober } from '../probes/prober.ts';
import type { Masker } from '../secrets/masker.ts';
import type { InstanceDetail, ProbeReport } from '../views/view.ts';
import { auditKind, type CommandsOf } from './table/entry.ts';
import { instanceEntries } from './table/instances.ts';

export interface InstanceParts {
  /** `operator:ann` */
  readonly actor: string;
  readonly clock: Clock;
  readonly db: Database<Shape>;
  readonly fleet: Fleet;
  readonly logs: LogBook;
  readonly prober: Prober;
  readonly masker: Masker;
  readonly secretsResolve: (live: LiveInstance) => Promise<boolean>;
  readonly openCalls: (instanceId: string) => InstanceDetail['calls'];
  readonly describe: (server: Server) => readonly string[];
  /** Definitions or desired states have changed. */
  readonly changed: () => void;
}

const DEFAULT_LOG_LINES = 200;

/** Commands that change what is desired of an instance. */
type DesiredCommand = 'start' | 'stop' | 'restart' | 'retry' | 'hold';

/** What a command makes desired of a record. */
function desiredAfter(
  record: Instance,
  kind: DesiredCommand,
  actor: string,
  now: EpochMs,
): Pick<Instance, 'desired' | 'held' | 'desiredBy' | 'desiredAt'> {
  const desired = kind === 'stop' ? 'stopped' : kind === 'start' || kind === 'restart' ? 'running' : record.desired;
  const held = kind === 'hold' || (kind === 'stop' && record.held);
  const moved = desired !== record.desired || kind === 'restart' || kind === 'stop';
  const { desiredBy, desiredAt } = moved ? { desiredBy: actor, desiredAt: now } : record;
  return { desired, held, desiredBy, desiredAt };
}

export function instanceCommands(parts: InstanceParts): CommandsOf<typeof instanceEntries> {
  const { actor, clock, db, fleet } = parts;

  /**
   * By instance id or name; a server's name means all its instances. `instance/NAME` and `server/NAME` say which is meant.
   * @throws McptuiError `conflict` when a bare name means both
   */
  function find(name: string): readonly LiveInstance[] {
    const [, kind, bare = name] = /^(instance|server)\/(.*)$/s.exec(name) ?? [];
    const all = fleet.all();
    const one = kind === 'server' ? [] : all.filter((live) => live.id === bare || live.name === bare);
    const ofServer = kind === 'instance' ? [] : all.filter((live) => fleet.serverOf(live)?.name === bare);
    const server = db
      .collection('servers')
      .all()
      .find((row) => row.name === bare);
    const [instance] = one;
    if (kind === undefined && server !== undefined && instance !== undefined && instance.id !== bare) {
      const owner = fleet.serverOf(instance)?.name ?? '?';
      throw new McptuiError('conflict', `${name} is a server, and an instance of server ${owner}`, {
        hint: `say server/${name} or instance/${name}`,
      });
    }
    const found = one.length > 0 ? one : ofServer;
    if (found.length > 0) return found;
    if (kind === 'instance' || server === undefined) {
      const what = kind ?? 'instance or server';
      throw new McptuiError('not-found', `no ${what} ${bare}`, { hint: 'mcptui get instances' });
    }
    if (server.replicas === 0) throw new McptuiError('conflict', `server ${bare} has 0 replicas: there is no instance`);
    throw new McptuiError('conflict', `server ${bare} has no instance yet; try again in a moment`);
  }

  function findOne(name: string): LiveInstance {
    const found = find(name);
    const [first] = found;
    if (first === undefined || found.length > 1) {
      throw new McptuiError('invalid', `server ${name} has ${found.length} instances`, {
        hint: `name one of ${found.map((live) => live.name).join(', ')}`,
      });
    }
    return first;
  }

  async function desire(
    lives: readonly LiveInstance[],
    kind: DesiredCommand,
    change: (live: LiveInstance) => void,
  ): Promise<void> {
    const desired = lives.map((live) => ({ live, fields: desiredAfter(live.record, kind, actor, clock.now()) }));
    try {
      // The audit event is durable before anything happens.
      await db.transact((tx) => {
        const instances = tx.collection('instances');
        for (const { live, fields } of desired) {
          const stored = instances.find(live.id);
          if (stored === undefined) throw new McptuiError('not-found', `no instance ${live.name}`);
          instances.replace({ ...stored, ...fields });
          tx.event({ kind: auditKind(instanceEntries[kind]), actor, target: `instance/${live.name}`, outcome: 'ok' });
        }
      });
    } catch (error) {
      // A full disk refuses changes, but what runs can always be stopped; it is recorded once there is room.
      if (kind !== 'stop' || !(error instanceof McptuiError) || error.code !== 'unavailable') throw error;
      for (const live of lives) live.unsaved = true;
    }
    for (const { live, fields } of desired) {
      live.record = { ...live.record, ...fields };
      change(live);
      fleet.touch(live);
    }
    parts.changed();
  }

  async function detail(name: string): Promise<InstanceDetail> {
    const live = findOne(name);
    const server = fleet.serverOf(live) ?? live.started?.server;
    if (server === undefined) throw new McptuiError('not-found', `the server of ${live.name} is deleted`);
    const resolved = await parts.secretsResolve(live);
    return {
      id: live.id,
      events: live.record.events,
      spec: shownSpec(server),
      env: givenValues(server).map(({ shown, name, from, keys }) => ({
        name: shown,
        from,
        state:
          !resolved && live.unresolved.includes(name)
            ? 'unresolved'
            : keys.some((key) => live.stale.includes(key))
              ? 'stale'
              : 'ok',
      })),
      tools: parts.masker.maskJson(live.tools ?? []),
      calls: parts.openCalls(live.id),
      command: parts.describe(shownSpec(server)),
      ...(live.record.image === undefined ? {} : { image: live.record.image }),
    };
  }

  return {
    async start(name) {
      await desire(find(name), 'start', (live) => {
        live.retryAsked = live.phase === 'error';
      });
    },
    async stop(name) {
      await desire(find(name), 'stop', () => undefined);
    },
    async restart(name, options) {
      await desire(find(name), 'restart', (live) => {
        live.restartAsked = true;
        if (options?.newImage === true) forgetImage(live, fleet.all());
      });
    },
    async retry(name) {
      const failed = find(name).filter((live) => live.phase === 'error');
      const [first] = find(name);
      if (failed.length === 0)
        throw new McptuiError('conflict', `${name} is ${first?.phase ?? 'unknown'}, not failed: nothing to retry`);
      await desire(failed, 'retry', (live) => {
        live.retryAsked = true;
      });
    },
    async hold(name) {
      await desire(find(name), 'hold', () => undefined);
    },
    async probe(name): Promise<ProbeReport> {
      const live = findOne(name);
      const target = live.started?.server.health.tool ?? 'tools/list';
      const outcome = await parts.prober.now(live);
      db.record({
        kind: auditKind(instanceEntries.probe),
        actor,
        target: `instance/${live.name}`,
        outcome: outcome.ok ? 'ok' : 'error',
        durationMs: outcome.durationMs,
      });
      const error = outcome.ok ? {} : { error: parts.masker.mask(`${outcome.code} ${outcome.message}`) };
      return { ok: outcome.ok, durationMs: outcome.durationMs, target, ...error };
    },
    instanceDetail: detail,
    logs: async (name, options) => parts.logs.tail(findOne(name).name, options?.lines ?? DEFAULT_LOG_LINES),
  };
}
