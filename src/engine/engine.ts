/** Wires the parts of a running engine; `start` takes up what an earlier one left, `close` leaves nothing running. */
import { guardedClock, type Bugs } from '../kernel/bugs.ts';
import { messageOf } from '../kernel/errors.ts';
import { Pacer } from '../pacing/pace.ts';
import { createRouter } from '../mcp/index.ts';
import type { Router } from '../mcp/router/types.ts';
import type { AuditEvent } from '../store/types.ts';
import { BugJournal } from './audit/bug-journal.ts';
import { unauditable } from './audit/unauditable.ts';
import { ChainWatch } from './audit/chain-watch.ts';
import { Recorder } from './audit/recorder.ts';
import { engineCommands } from './commands/index.ts';
import type { EngineCommands } from './commands/table/index.ts';
import type { EngineContent } from './content/content.ts';
import { contentWithGate } from './gate/content-with-gate.ts';
import type { EngineGate } from './gate/engine-gate.ts';
import { defaultBackoff } from './instances/backoff.ts';
import { Demand } from './instances/demand.ts';
import type { ModelBook } from './models/model-book.ts';
import { allDefinitions } from './models/program.ts';
import { LogBook } from './instances/log-book.ts';
import type { Fleet } from './instances/fleet.ts';
import { Instances } from './instances/instances.ts';
import { withPrograms } from './instances/upstreams.ts';
import type { Engine } from './engine-api.ts';
import type { EngineParts } from './engine-parts.ts';
import { engineObserver } from './engine-observer.ts';
import { EngineViews, type Doors } from './views/engine-views.ts';
import { definitions } from './servers/definitions.ts';
import { Logins } from './access/logins.ts';
import type { Runtimes } from './ports.ts';
import { onStates, stateOf } from './runtimes/registry.ts';
import { remoteRuntime } from './runtimes/remote.ts';
import { routedServers } from './servers/routed-servers.ts';
import { keptLists, type ListFiles } from './router/list-files.ts';
import { OperatorSide } from './router/operator-side.ts';
import { Masker } from './secrets/masker.ts';
import { SecretBook } from './secrets/secret-book.ts';
import { reapLeftovers } from './instances/reap-leftovers.ts';
import type { EngineView } from './views/view.ts';

export class LocalEngine implements Engine {
  readonly router: Router;
  readonly commands: EngineCommands;
  /** Errors that nobody foresaw end what they came from and are journalled here. */
  readonly bugs: Bugs;
  readonly #p: EngineParts;
  readonly #views: EngineViews;
  readonly #instances: Instances;
  readonly #logs: LogBook;
  readonly #lists: ListFiles | undefined;
  readonly #content: EngineContent;
  readonly #gate: EngineGate;
  readonly #models: ModelBook;
  readonly #chain: ChainWatch;
  readonly #masker = new Masker();
  readonly #secrets: SecretBook;
  readonly #logins: Logins;
  readonly #runtimes: Runtimes;
  readonly #demand: Demand;
  readonly #operatorSide: OperatorSide;
  readonly #unsubscribe: (() => void)[] = [];
  #closing: Promise<void> | undefined;

  /** Reaps what an earlier engine left running, then starts what is wanted. */
  static async start(parts: EngineParts): Promise<LocalEngine> {
    const engine = new LocalEngine(parts);
    await Promise.all([engine.#content.start(), engine.#secrets.look()]);
    engine.#gate.start();
    engine.#operatorSide.start();
    engine.#chain.begin();
    if (parts.passive === true) return engine;
    await reapLeftovers(parts);
    await engine.#instances.lifecycle.holdSuspects();
    engine.#instances.reconciler.wake();
    return engine;
  }

  private constructor(parts: EngineParts) {
    const { db, ids, logger, secrets, proxyEnv = {} } = parts;
    const fleet = (): Fleet => this.#instances.fleet;
    const wake = (): void => this.#instances.reconciler.wake();
    const bugs = (this.bugs = new BugJournal({
      clock: parts.clock,
      logger,
      record: (draft) => db.record(draft),
      changed: () => this.#views.info(),
    }));
    const clock = guardedClock(parts.clock, bugs);
    this.#chain = new ChainWatch({
      clock,
      db,
      changed: () => this.#views.audit(),
      failed: (error) => bugs.report('the daily look at the journal', error),
    });
    this.#secrets = new SecretBook({
      clock,
      backends: secrets,
      servers: () => allDefinitions(db),
      lives: () => fleet().all(),
      changed: () => this.#views.secrets(),
    });
    this.#p = { ...parts, clock };
    this.#logins = new Logins({
      clock,
      secrets,
      proxyEnv,
      masker: this.#masker,
      record: (event) => db.record(event),
    });
    const remote = remoteRuntime({ proxyEnv, authFor: (...of) => this.#logins.authFor(...of) });
    this.#runtimes = { ...parts.runtimes, remote };
    const pacer = new Pacer(clock);
    this.#demand = new Demand(parts.demandIdleMs);
    this.#logs = new LogBook({ pacer, folder: parts.logsFolder, masker: this.#masker });
    const views = (): EngineViews => this.#views;
    const ofContent = { ...parts, clock, router: () => this.router, masker: this.#masker, views, fleet, wake };
    ({ content: this.#content, gate: this.#gate, models: this.#models } = contentWithGate(ofContent));
    const { programs } = this.#models;
    // Longer than any secret: what is kept of a text is cut after it.
    const mask = (text: string): string => this.#masker.cut(text, 128 * 1024);
    const observer = engineObserver({
      clock,
      mask,
      recorder: new Recorder({ clock, db, masker: this.#masker, isEveryCallKept: parts.auditRequired === true }),
      ...(parts.auditRequired === true ? { callRefusal: () => unauditable(db.state()) } : {}),
      fleet,
      views,
      lifecycle: () => this.#instances.lifecycle,
      operatorSide: () => this.#operatorSide,
      gate: () => this.#gate,
      isStopping: () => this.#closing !== undefined,
      logs: this.#logs,
      demand: this.#demand,
      wake,
    });
    this.#lists = keptLists({ ...parts, clock }, (text) => this.#masker.mask(text));
    const base = { clock, ids, logger, bugs };
    this.router = createRouter({
      ...base,
      pacer,
      mask,
      observer,
      builtin: this.#gate.content,
      stages: this.#gate.stagesOf,
      ...parts.routerOptions,
      ...(this.#lists === undefined ? {} : { listMemory: this.#lists }),
    });
    this.#instances = new Instances({
      ...base,
      db,
      router: withPrograms(this.router, programs),
      programs,
      runtimes: this.#runtimes,
      secrets: this.#secrets.backends,
      masker: this.#masker,
      logs: this.#logs,
      policy: parts.policy ?? defaultBackoff,
      random: parts.random ?? Math.random,
      bootClock: parts.bootClock ?? { now: () => undefined },
      startJournal: parts.passive === true ? undefined : parts.startJournal,
      demand: this.#demand,
      changed: (id) => this.#views.instance(id),
    });
    this.#views = new EngineViews({
      clock,
      db,
      fleet: this.#instances.fleet,
      info: parts.info,
      bugs,
      chain: this.#chain,
      runtimeState: (kind) => stateOf(this.#runtimes, kind),
      secrets: this.#secrets,
      gate: this.#gate,
      stateOfLink: (link) => this.#content.links.stateOf(link),
      syncRoutes: () => this.#syncRoutes(),
    });
    const { state } = this.#views;
    this.#operatorSide = new OperatorSide({ clock, ids, db, router: this.router, masker: this.#masker, state });
    this.commands = this.commandsFor('operator');
    this.#syncRoutes();
    this.#watch();
  }

  /** `actor` is who the audit log names: `operator:ann`. */
  commandsFor(actor: string): EngineCommands {
    const { clock, db, ids } = this.#p;
    return engineCommands({
      actor,
      clock,
      db,
      ids,
      definitions: definitions(db, clock, ids),
      fleet: this.#instances.fleet,
      logs: this.#logs,
      prober: this.#instances.prober,
      masker: this.#masker,
      chain: this.#chain,
      backends: this.#secrets.backends,
      book: this.#secrets,
      secretKept: (key) => this.#instances.causes.secretKept(key),
      secretsResolve: (live) => this.#instances.causes.secretsResolve(live),
      logins: this.#logins,
      loggedIn: (serverId) => this.#instances.causes.loggedIn(serverId),
      tokens: this.#p.tokens,
      endSessions: (principal) => this.#operatorSide.endSessions(principal),
      router: this.router,
      gate: this.#gate,
      models: this.#models,
      calls: this.#operatorSide.calls,
      openCalls: (instanceId) => this.router.servers.openCalls(instanceId),
      pid: this.#p.info.pid,
      shutDown: this.#p.shutDown,
      describe: (server) => this.#runtimes[server.runtime]?.describe(server) ?? [],
      ...this.#content.forCommands,
      changed: () => this.#changed(),
      contentChanged: () => this.#content.changed(),
    });
  }

  #changed(): void {
    this.#views.definitions();
    this.#content.links.serversChanged();
    if (this.#p.passive !== true) this.#instances.reconciler.wake();
  }

  /** Shown to operators: the engine can be reached here. */
  listens(doors: Doors): void {
    this.#views.listens(doors);
  }

  view(): EngineView {
    return this.#views.state.view;
  }

  subscribe(listener: Parameters<Engine['subscribe']>[0]): () => void {
    return this.#views.state.subscribe(listener);
  }

  onEvents(listener: (events: readonly AuditEvent[]) => void): () => void {
    return this.#p.db.onEvents(listener);
  }

  onLink = (): (() => void) => () => undefined;

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#chain.close();
    this.#operatorSide.close();
    this.#instances.lifecycle.close();
    this.#instances.journal.close();
    this.#logins.close();
    await Promise.all([this.#content.close(), this.#gate.close(), this.#models.close()]);
    this.#instances.prober.endAll();
    await this.router.close();
    // Together: a step under way may wait for a runtime that only its close makes give up.
    const runtimes = Object.values(this.#p.runtimes);
    await Promise.allSettled([this.#instances.reconciler.stop(), ...runtimes.map((runtime) => runtime.close())]);
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    await this.#logs.close();
    await this.#lists?.close();
    if (this.#p.passive === true) return;
    this.#p.db.record({ kind: 'engine_stop', actor: 'engine', outcome: 'ok', message: `pid ${this.#p.info.pid}` });
    await this.#p.db.flush().catch((error: unknown) => {
      this.#p.logger.error({ error: messageOf(error) }, 'last events not saved');
    });
  }

  #watch(): void {
    const { db, runtimes } = this.#p;
    this.#unsubscribe.push(
      db.onState(() => {
        this.#views.info();
        this.#views.audit();
      }),
      db.onEvents(() => this.#views.audit()),
      ...onStates(runtimes, (kind, state) => {
        this.#views.info();
        for (const live of this.#instances.fleet.all()) this.#views.instance(live.id);
        if (state.kind === 'ok') this.#instances.causes.runtimeBack(kind);
      }),
    );
  }

  #syncRoutes(): void {
    const servers = this.#p.db.collection('servers').all();
    this.#lists?.keep(new Set(servers.map(({ id }) => id)));
    const projects = this.#p.db.collection('projects').all();
    this.router.servers.setServers(
      routedServers(servers, projects, this.#instances.fleet, (kind) => stateOf(this.#runtimes, kind), this.#p.clock),
    );
  }
}
