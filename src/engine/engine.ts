/** Wires the parts of a running engine; `start` takes up what an earlier one left, `close` leaves nothing running. */
import { guardedClock, type Bugs } from '../kernel/bugs.ts';
import { Pacer } from '../pacing/pace.ts';
import { createRouter } from '../mcp/index.ts';
import type { Router } from '../mcp/router/types.ts';
import type { AuditEvent, EventDraft } from '../store/types.ts';
import { BugJournal } from './audit/bug-journal.ts';
import { unauditable } from './audit/unauditable.ts';
import { ChainWatch } from './audit/chain-watch.ts';
import { Recorder } from './audit/recorder.ts';
import { SeenBook } from './audit/seen-book.ts';
import { SessionBook } from './audit/session-book.ts';
import { engineCommands } from './commands/index.ts';
import type { EngineCommands } from './commands/table/index.ts';
import type { EngineContent } from './content/content.ts';
import { contentWithGate } from './gate/content-with-gate.ts';
import type { EngineGate } from './gate/engine-gate.ts';
import { defaultBackoff } from './instances/backoff.ts';
import { Demand } from './instances/demand.ts';
import type { ModelBook } from './models/model-book.ts';
import { LogBook } from './instances/log-book.ts';
import type { Fleet } from './instances/fleet.ts';
import { Instances } from './instances/instances.ts';
import { withPrograms } from './instances/upstreams.ts';
import type { Engine } from './engine-api.ts';
import type { EngineParts } from './engine-parts.ts';
import { closeEngine } from './engine-closing.ts';
import { watching } from './engine-watching.ts';
import { engineObserver } from './engine-observer.ts';
import { EngineViews, type Doors } from './views/engine-views.ts';
import { definitions } from './servers/definitions.ts';
import { Logins } from './access/logins.ts';
import type { Runtimes } from './ports.ts';
import { stateOf } from './runtimes/registry.ts';
import { remoteRuntime } from './runtimes/remote.ts';
import { routedServers } from './servers/routed-servers.ts';
import { keptLists, type ListFiles } from './router/list-files.ts';
import { OperatorSide } from './router/operator-side.ts';
import { Masker } from './secrets/masker.ts';
import { engineSecrets } from './secrets/engine-secrets.ts';
import type { SecretBook } from './secrets/secret-book.ts';
import { EngineRights, withDecisions } from './rights/engine-rights.ts';
import { OPERATOR } from './rights/need.ts';
import { reapLeftovers } from './instances/reap-leftovers.ts';
import type { EngineView } from './views/view.ts';

export class LocalEngine implements Engine {
  readonly router: Router;
  readonly commands: EngineCommands;
  /** Errors that nobody foresaw end what they came from and are journalled here. */
  readonly bugs: Bugs;
  /** Who may do what. */
  readonly rights: EngineRights;
  readonly #p: EngineParts;
  readonly #views: EngineViews;
  readonly #instances: Instances;
  readonly #logs: LogBook;
  readonly #lists: ListFiles | undefined;
  readonly #content: EngineContent;
  readonly #gate: EngineGate;
  readonly #models: ModelBook;
  readonly #chain: ChainWatch;
  readonly #sessionBook: SessionBook;
  readonly #seen: SeenBook;
  readonly #masker = new Masker();
  readonly #secrets: SecretBook;
  readonly #logins: Logins;
  readonly #runtimes: Runtimes;
  readonly #demand: Demand;
  readonly operatorSide: OperatorSide;
  readonly #unsubscribe: readonly (() => void)[];
  #closing: Promise<void> | undefined;

  /** Reaps what an earlier engine left running, then starts what is wanted. */
  static async start(parts: EngineParts): Promise<LocalEngine> {
    const engine = new LocalEngine({ ...parts, db: withDecisions(parts.db) });
    await Promise.all([engine.#content.start(), engine.#secrets.look()]);
    engine.#gate.start();
    engine.operatorSide.start();
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
    const masker = this.#masker;
    const record = (draft: EventDraft): void => db.record(draft);
    const changed = (): void => this.#views.info();
    const bugs = (this.bugs = new BugJournal({ clock: parts.clock, logger, record, changed }));
    const clock = guardedClock(parts.clock, bugs);
    this.#chain = new ChainWatch({
      clock,
      db,
      changed: () => this.#views.audit(),
      failed: (error) => bugs.report('the daily look at the journal', error),
    });
    const secretsChanged = (): void => this.#views.secrets();
    this.#secrets = engineSecrets({ ...parts, clock, masker: this.#masker, fleet, changed: secretsChanged });
    this.#p = { ...parts, clock };
    this.#sessionBook = new SessionBook(db);
    this.#seen = new SeenBook({ ...parts, clock, masker, sessionBook: this.#sessionBook });
    this.#logins = new Logins({ clock, secrets, proxyEnv, masker, record });
    const remote = remoteRuntime({ proxyEnv, authFor: (...of) => this.#logins.authFor(...of) });
    this.#runtimes = { ...parts.runtimes, remote };
    const pacer = new Pacer(clock);
    this.#demand = new Demand(parts.demandIdleMs);
    this.#logs = new LogBook({ pacer, folder: parts.logsFolder, masker: this.#masker });
    const views = (): EngineViews => this.#views;
    this.rights = new EngineRights({
      clock,
      db,
      recordsReads: parts.auditReads === true,
      fleet,
      projectOf: (session) => this.#views.projectOf(session),
      tools: (session) => this.router.agents.tools(session),
    });
    const { readLimit, demandProposing } = this.rights.agents;
    const ofContent = {
      ...parts,
      clock,
      router: () => this.router,
      masker: this.#masker,
      views,
      fleet,
      wake,
      readLimit,
      demandProposing,
    };
    ({ content: this.#content, gate: this.#gate, models: this.#models } = contentWithGate(ofContent));
    const { programs } = this.#models;
    // Longer than any secret: what is kept of a text is cut after it.
    const mask = (text: string): string => this.#masker.cut(text, 128 * 1024);
    const observer = engineObserver({
      clock,
      mask,
      recorder: new Recorder({ clock, db, masker: this.#masker, isEveryCallKept: parts.auditRequired === true }),
      ...(parts.auditRequired === true ? { callRefusal: () => unauditable(db.state()) } : {}),
      seen: this.#seen,
      fleet,
      views,
      lifecycle: () => this.#instances.lifecycle,
      operatorSide: () => this.operatorSide,
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
      stages: this.rights.agents.before(this.#gate.stagesOf),
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
    this.operatorSide = new OperatorSide({ ...parts, clock, router: this.router, masker: this.#masker, state });
    this.commands = this.commandsFor('operator');
    this.#syncRoutes();
    const { operatorSide } = this;
    this.#unsubscribe = watching({ ...parts, views: this.#views, instances: this.#instances, operatorSide });
  }

  /** `actor` is who the audit log names: `operator:ann`. */
  commandsFor(actor: string, principal = OPERATOR): EngineCommands {
    const { clock, db, ids } = this.#p;
    return engineCommands({
      actor,
      principal,
      clock,
      db,
      ids,
      definitions: definitions(db, clock, ids),
      ...this.#instances.forCommands,
      logs: this.#logs,
      masker: this.#masker,
      chain: this.#chain,
      sessionBook: this.#sessionBook,
      seen: this.#seen,
      backends: this.#secrets.backends,
      book: this.#secrets,
      logins: this.#logins,
      tokens: this.#p.tokens,
      rights: this.rights,
      rightsChanged: () => this.#contentChanged('rights'),
      router: this.router,
      gate: this.#gate,
      models: this.#models,
      calls: this.operatorSide.calls,
      openCalls: (instanceId) => this.router.servers.openCalls(instanceId),
      pid: this.#p.info.pid,
      shutDown: this.#p.shutDown,
      describe: (server) => this.#runtimes[server.runtime]?.describe(server) ?? [],
      ...this.#content.forCommands,
      changed: () => this.#changed(),
      contentChanged: () => this.#contentChanged(),
    });
  }

  /** Prompts, projects or rights: agents and consoles are shown what moved. */
  #contentChanged(what?: 'rights'): void {
    this.rights.rights.touch();
    this.#content.changed();
    if (what === 'rights') this.router.agents.builtinChanged(['tools', 'prompts', 'resources'], () => true);
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
    return (this.#closing ??= closeEngine({
      ...this.#p,
      content: this.#content,
      chain: this.#chain,
      seen: this.#seen,
      operatorSide: this.operatorSide,
      instances: this.#instances,
      logins: this.#logins,
      secretBook: this.#secrets,
      gate: this.#gate,
      models: this.#models,
      logs: this.#logs,
      lists: this.#lists,
      router: this.router,
      unsubscribe: this.#unsubscribe,
    }));
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
