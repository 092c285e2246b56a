/** Handles the commands on instances: finds what was named, records what is desired and by whom, and lets the reconciler act. */
import type { Clock, EpochMs } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { Instance } from '../../store/schema/instance.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import { forgetImage } from '../instances/image-record.ts';
import type { LiveInstance } from '../instances/live-instance.ts';
import { instanceNamed, instancesNamed } from '../instances/named.ts';
import type { LogBook } from '../instances/log-book.ts';
import { probeTarget } from '../models/program-names.ts';
import type { Prober } from '../probes/prober.ts';
import { instanceDetail, type DetailParts } from '../views/instance-detail.ts';
import type { ProbeReport } from '../views/view.ts';
import type { CommandsOf } from './table/entry.ts';
import type { instanceEntries } from './table/instances.ts';

export interface InstanceParts extends DetailParts {
  /** `operator:ann` */
  readonly actor: string;
  readonly clock: Clock;
  readonly db: Database<Shape>;
  readonly logs: LogBook;
  readonly prober: Prober;
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
          tx.event({ kind: `operator_${kind}`, actor, target: `instance/${live.name}`, outcome: 'ok' });
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

  return {
    async start(name) {
      await desire(instancesNamed(parts, name), 'start', (live) => {
        if (live.state.phase === 'error') live.state.retryAsked = true;
      });
    },
    async stop(name) {
      await desire(instancesNamed(parts, name), 'stop', () => undefined);
    },
    async restart(name, options) {
      await desire(instancesNamed(parts, name), 'restart', (live) => {
        // What does not run has no calls to wait for.
        if (options?.inTurn === true && live.phase === 'running') live.turnAsked = true;
        else live.restartAsked = true;
        if (options?.newImage === true) forgetImage(live, fleet.all());
      });
    },
    async retry(name) {
      const found = instancesNamed(parts, name);
      const failed = found.filter((live) => live.phase === 'error');
      const [first] = found;
      if (failed.length === 0)
        throw new McptuiError('conflict', `${name} is ${first?.phase ?? 'unknown'}, not failed: nothing to retry`);
      await desire(failed, 'retry', (live) => {
        if (live.state.phase === 'error') live.state.retryAsked = true;
      });
    },
    async hold(name) {
      await desire(instancesNamed(parts, name), 'hold', () => undefined);
    },
    async probe(name): Promise<ProbeReport> {
      const live = instanceNamed(parts, name);
      const server = fleet.serverOf(live);
      const target = server === undefined ? 'tools/list' : probeTarget(server);
      const outcome = await parts.prober.now(live);
      db.record({
        kind: 'operator_probe',
        actor,
        target: `instance/${live.name}`,
        outcome: outcome.ok ? 'ok' : 'error',
        durationMs: outcome.durationMs,
      });
      const error = outcome.ok ? {} : { error: parts.masker.mask(`${outcome.code} ${outcome.message}`) };
      return { ok: outcome.ok, durationMs: outcome.durationMs, target, ...error };
    },
    instanceDetail: async (name) => instanceDetail(parts, instanceNamed(parts, name)),
    async logs(query, { lines = DEFAULT_LOG_LINES, after, before } = {}) {
      const { name } = instanceNamed(parts, query);
      return before === undefined ? parts.logs.tail(name, lines, after) : parts.logs.before(name, before, lines);
    },
  };
}
