/**
 * Runs the programs of managed models as instances: gives each its port, says where it is asked, wakes one that is needed and
 * lets one rest that nobody asks.
 */
import { sleep, type Clock } from '../../kernel/clock.ts';
import { timeWords } from '../../kernel/time-words.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import type { ProbeOutcome, ProbeRequest } from '../../mcp/types/server.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Model } from '../../store/schema/model.ts';
import type { Server } from '../../store/schema/server.ts';
import type { Database } from '../../store/types.ts';
import { failureLine, failureWords } from '../instances/failure-words.ts';
import type { Fleet } from '../instances/fleet.ts';
import type { LiveInstance } from '../instances/live-instance.ts';
import { instanceEvent } from '../instances/words.ts';
import type { ModelClient } from './model-client.ts';
import { IDLE } from './program-names.ts';
import { atPort, programUrl } from './program.ts';
import { Readiness, type ReadyOutcome } from './readiness.ts';
import type { ModelFailure, ProgramView, Reach } from './types.ts';

export interface ModelProgramsParts {
  readonly clock: Clock;
  readonly db: Pick<Database<Shape>, 'collection'>;
  readonly client: Pick<ModelClient, 'look'>;
  readonly fleet: () => Pick<Fleet, 'all' | 'get' | 'save' | 'namesOf'>;
  /** The world is looked at afresh. */
  readonly wake: () => void;
  readonly freePort: () => Promise<number>;
  /** Nothing is started here. */
  readonly isPassive: boolean;
}

/** A program with its port, before it is started. */
export interface PlacedProgram {
  readonly server: Server;
  readonly port: number;
  /** Resolves when it answers, or cannot any more. */
  ready(exited: Promise<unknown>, timeoutMs: number, signal: AbortSignal): Promise<ReadyOutcome>;
}

interface Use {
  /** Questions that it has not answered. */
  open: number;
  /** Monotonic instant of the last one's end. */
  lastMono: number;
}

/** Ports that are looked for beyond one that another program was given. */
const MORE_PORTS = 8;
/** How often it is looked whether it runs, for whom an operator waits. */
const LOOK_MS = 100;

export class ModelPrograms {
  readonly #p: ModelProgramsParts;
  readonly #readiness: Readiness;
  /** By instance. */
  readonly #ports = new Map<string, number>();
  /** By model. */
  readonly #uses = new Map<string, Use>();

  constructor(parts: ModelProgramsParts) {
    this.#p = parts;
    this.#readiness = new Readiness(parts.clock, parts.client);
  }

  /** Undefined for an instance of a server. */
  async place(instanceId: string, server: Server): Promise<PlacedProgram | undefined> {
    const model = this.#model(server.id);
    if (model === undefined) return undefined;
    this.#ports.delete(instanceId);
    const port = await this.#freePort();
    this.#ports.set(instanceId, port);
    return {
      server: atPort(server, port),
      port,
      ready: (...how) => this.#readiness.of({ ...model, url: programUrl(port) }, ...how),
    };
  }

  /** None that another one was given, which may not listen there yet. */
  async #freePort(): Promise<number> {
    const given = new Set(this.#ports.values());
    let port = await this.#p.freePort();
    for (let more = MORE_PORTS; given.has(port) && more > 0; more -= 1) port = await this.#p.freePort();
    return port;
  }

  /** Whether this instance is the program of a model. */
  has(instanceId: string): boolean {
    return this.#ports.has(instanceId);
  }

  /** It is not there any more. */
  gone(instanceId: string): void {
    this.#ports.delete(instanceId);
  }

  /** Questions that it has not answered. */
  openOf(instanceId: string): number {
    const live = this.#p.fleet().get(instanceId);
    return live === undefined ? 0 : (this.#uses.get(live.record.serverId)?.open ?? 0);
  }

  async probe(instanceId: string, { timeoutMs }: ProbeRequest, signal: AbortSignal): Promise<ProbeOutcome> {
    const { clock, client, fleet } = this.#p;
    const startedMs = clock.monotonicMs();
    const port = this.#ports.get(instanceId);
    const model = this.#model(fleet().get(instanceId)?.record.serverId ?? '');
    const since = (): number => clock.monotonicMs() - startedMs;
    if (port === undefined || model === undefined) {
      return { ok: false, durationMs: since(), code: 'PROBE_LOST', message: 'it does not run' };
    }
    const look = await client.look({ ...model, url: programUrl(port) }, timeoutMs, signal);
    // One that thinks may be too busy to list its models: slow, but not gone.
    const isThinking = !look.ok && look.failure.kind === 'late' && this.openOf(instanceId) > 0;
    if (look.ok || isThinking) return { ok: true, durationMs: since() };
    return { ok: false, durationMs: since(), code: probeCode(look.failure), message: look.failure.reason };
  }

  /** Where it is asked now; one that rests is woken. */
  reach(model: Model): Reach {
    const now = this.view(model);
    if (now.url !== undefined) return { ok: true, model: { ...model, url: now.url } };
    this.wake(model);
    const { reason } = this.view(model);
    return { ok: false, reason: reason ?? `model ${model.name} is loading` };
  }

  /** Somebody is about to ask it: it starts, unless an operator has stopped it. */
  wake(model: Model): void {
    const live = this.#p.isPassive ? undefined : this.#liveOf(model);
    if (live === undefined || !isResting(live)) return;
    this.#noteUse(model.id, 0);
    this.#desire(live, 'running', 'engine', 'somebody is about to ask it');
  }

  view(model: Model): ProgramView {
    const { name } = model;
    if (this.#p.isPassive) return { state: 'idle', reason: `model ${name} does not run: no engine is running` };
    const live = this.#liveOf(model);
    if (live === undefined) return { state: 'loading', reason: `model ${name} is loading` };
    const at = { instance: live.name };
    const loading = { ...at, state: 'loading', reason: `model ${name} is loading` } as const;
    const { desired, desiredBy } = live.record;
    switch (live.phase) {
      case 'pending':
      case 'starting':
        return loading;
      case 'running': {
        const port = this.#ports.get(live.id);
        if (live.drainingSinceMono !== undefined) return { ...loading, reason: `${loading.reason}: it restarts` };
        return port === undefined ? loading : { ...at, state: 'ready', url: programUrl(port) };
      }
      case 'stopping':
        return desired === 'running' ? loading : { ...at, state: 'stopping', reason: `model ${name} is stopping` };
      case 'stopped':
        if (desired === 'running') return loading;
        if (isResting(live)) return { ...at, state: 'idle' };
        return { ...at, state: 'stopped', reason: `model ${name} is stopped by ${desiredBy}` };
      case 'error':
        return { ...at, state: 'failed', reason: `model ${name} failed: ${this.#whyFailed(live)}` };
    }
  }

  /** It is asked until what is returned is called. */
  use({ id, run }: Model): () => void {
    if (run === undefined) return () => undefined;
    this.#noteUse(id, 1);
    return () => this.#noteUse(id, -1);
  }

  /** Resolves when it can be asked, or will not be soon; at the latest after `ms`. An operator waits for it, no session. */
  async settled(model: Model, ms: number): Promise<void> {
    const { clock } = this.#p;
    if (this.#p.isPassive) return;
    const untilMs = clock.monotonicMs() + ms;
    this.wake(model);
    const isComing = (): boolean => ['loading', 'stopping', 'idle'].includes(this.view(model).state);
    while (isComing() && clock.monotonicMs() < untilMs) await sleep(clock, LOOK_MS);
  }

  /** Lets it rest when nobody has asked it for long, and wakes one that is to run always. Called at each pass. */
  look(live: LiveInstance): void {
    const model = this.#model(live.record.serverId);
    if (model?.run === undefined || this.#p.isPassive) return;
    const { warm, idleMs } = model.run;
    if (warm === 'always')
      return isResting(live) ? this.#desire(live, 'running', 'engine', 'it runs always') : undefined;
    if (live.phase !== 'running' || live.record.desired !== 'running') return;
    const { open = 0, lastMono = 0 } = this.#uses.get(model.id) ?? {};
    const sinceMs = this.#p.clock.monotonicMs() - Math.max(lastMono, live.started?.atMono ?? 0);
    if (open > 0 || sinceMs < idleMs) return;
    this.#desire(live, 'stopped', IDLE, `nobody has asked it for ${timeWords(idleMs)}`);
  }

  /** By whom a new instance is meant to be stopped: it rests until it is needed. */
  restingBy(serverId: string): string | undefined {
    return this.#model(serverId)?.run?.warm === 'need' ? IDLE : undefined;
  }

  #desire(live: LiveInstance, desired: 'running' | 'stopped', by: string, message: string): void {
    const { clock, fleet, wake } = this.#p;
    live.record = { ...live.record, desired, desiredBy: by, desiredAt: clock.now() };
    live.note(desired === 'running' ? 'woken' : IDLE, message, clock.now());
    const kind = desired === 'running' ? 'instance_wake' : 'instance_rest';
    unawaited(fleet().save(live, [instanceEvent(live, kind, 'ok', { message })]));
    wake();
  }

  #noteUse(id: string, by: number): void {
    const open = (this.#uses.get(id)?.open ?? 0) + by;
    this.#uses.set(id, { open, lastMono: this.#p.clock.monotonicMs() });
  }

  #whyFailed(live: LiveInstance): string {
    const { failure, held } = live.record;
    const words = failure === undefined ? 'failed' : failureLine(failureWords(failure, this.#p.fleet().namesOf(live)));
    const dueMs = live.dueInMs(this.#p.clock);
    if (held) return `${words}; it is held`;
    return dueMs === undefined ? words : `${words}; next try in ${Math.max(1, Math.ceil(dueMs / 1_000))} s`;
  }

  #liveOf({ id }: Pick<Model, 'id'>): LiveInstance | undefined {
    return this.#p
      .fleet()
      .all()
      .find(({ record }) => record.serverId === id);
  }

  /** A managed one. */
  #model(id: string): Model | undefined {
    const model = this.#p.db.collection('models').find(id);
    return model?.run === undefined ? undefined : model;
  }
}

/** Stopped because nobody asked it, and by no operator. */
function isResting({ record }: LiveInstance): boolean {
  return record.desired === 'stopped' && record.desiredBy === IDLE;
}

function probeCode({ kind }: ModelFailure): Extract<ProbeOutcome, { readonly ok: false }>['code'] {
  if (kind === 'late') return 'PROBE_TIMEOUT';
  return kind === 'down' ? 'PROBE_LOST' : 'PROBE_REFUSED';
}
