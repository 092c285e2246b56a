/** Builds the engine's view from what it holds and keeps it current: others say what moved, this says how it looks. */
import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Bugs } from '../../kernel/bugs.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { SessionInfo } from '../../mcp/types/session.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import { ContentSync } from './content-sync.ts';
import type { DigestProgress } from '../digests/progress.ts';
import type { StateOfLink } from '../content/links/link-views.ts';
import type { Fleet } from '../instances/fleet.ts';
import type { GateView } from '../gate/types.ts';
import type { RuntimeKind } from '../../store/schema/runtime-kind.ts';
import type { SecretBook } from '../secrets/secret-book.ts';
import { shownSpec } from './shown-server.ts';
import { SecretSync } from './secret-sync.ts';
import { instanceView, runtimeViews } from './view-model.ts';
import { emptyView, ViewState } from './view-state.ts';
import type { EngineInfo, EngineView, ProjectView, RuntimeState, SessionView } from './view.ts';

export interface EngineViewsOptions {
  readonly clock: Clock;
  readonly db: Database<Shape>;
  readonly fleet: Fleet;
  readonly info: Omit<
    EngineInfo,
    'storage' | 'runtimes' | 'startedAt' | 'bugs' | 'secretFile' | 'secretBackends' | 'summaries'
  >;
  readonly bugs: Bugs & { readonly count: number };
  readonly runtimeState: (kind: RuntimeKind) => RuntimeState;
  /** Of the journal, as it was read last. */
  readonly chain: { readonly state: 'ok' | 'broken' };
  /** As they are known now; nothing is resolved for it. */
  readonly secrets: Pick<SecretBook, 'rows' | 'file' | 'defined'>;
  /** Routes depend on the same things as the rows do. */
  readonly gate?: {
    /** Undefined in a project without a gate. */
    viewOf(session: SessionInfo): GateView | undefined;
    readonly summaries: DigestProgress | undefined;
  };
  readonly syncRoutes: () => void;
  /** How a linked resource does. */
  readonly stateOfLink?: StateOfLink;
}

const LOSSES_SHOWN_MS = 1_000;

/** Sessions whose project is remembered. */
const MAX_PLACED = 20_000;

/** Where the engine listens. */
export type Doors = Pick<EngineInfo, 'socketPath' | 'httpAddress'>;

/** Sessions that are over and still shown. */
const KEPT_ENDED = 200;

export class EngineViews {
  readonly #o: EngineViewsOptions;
  readonly #startedAt: number;
  #losing = false;
  #doors: Doors | undefined;
  readonly state: ViewState;
  /** Ids, the oldest first. */
  readonly #ended: string[] = [];
  readonly #projectOf = new BoundedMap<string, string>(MAX_PLACED);
  readonly #content: ContentSync;
  readonly #secrets: SecretSync;

  constructor(options: EngineViewsOptions) {
    this.#o = options;
    this.#startedAt = options.clock.now();
    this.#content = new ContentSync(options.db, options.stateOfLink);
    this.#secrets = new SecretSync(() => options.secrets.rows());
    this.state = new ViewState(this.#first(), options.clock, options.bugs);
  }

  instance(instanceId: string): void {
    this.state.mark(`instance/${instanceId}`, () => {
      const live = this.#o.fleet.get(instanceId);
      if (live === undefined) return { op: 'delete', kind: 'instances', id: instanceId };
      return { op: 'put', kind: 'instances', value: this.#instanceView(live) };
    });
    // Who waits for a secret, and who has its old value.
    this.#secretRows();
    // Why a server is down is part of what its callers are told.
    this.state.mark('routes', () => {
      this.#o.syncRoutes();
      return undefined;
    });
  }

  session(session: SessionInfo): void {
    if (session.operator !== undefined) return;
    if (!this.#projectOf.has(session.id)) this.#projectOf.set(session.id, session.project);
    this.state.mark(`session/${session.id}`, () => ({
      op: 'put',
      kind: 'sessions',
      value: this.#sessionView(session),
    }));
  }

  /** Also of one that is over, for as long as it is known. */
  projectOf(sessionId: string): string | undefined {
    return this.#projectOf.get(sessionId);
  }

  #sessionView(session: SessionInfo): SessionView {
    return sessionView(session, this.#o.gate?.viewOf(session));
  }

  sessionEnded(session: SessionInfo, reason: string): void {
    const { id } = session;
    this.state.mark(`session/${id}`, () => ({ op: 'delete', kind: 'sessions', id }));
    if (session.operator !== undefined) return;
    const value = { ...this.#sessionView(session), open: 0, waiting: 0, endedAt: this.#o.clock.now(), reason };
    this.state.mark(`ended-session/${id}`, () => ({ op: 'put', kind: 'endedSessions', value }));
    this.#ended.push(id);
    const oldest = this.#ended.length > KEPT_ENDED ? this.#ended.shift() : undefined;
    if (oldest !== undefined) {
      this.state.mark(`ended-session/${oldest}`, () => ({ op: 'delete', kind: 'endedSessions', id: oldest }));
    }
  }

  /** How one resolved last, or what the file holds, moved. */
  secrets(): void {
    this.info();
    this.#secretRows();
  }

  #secretRows(): void {
    this.state.mark('secrets', () => this.#secrets.changes());
  }

  listens(doors: Doors): void {
    this.#doors = doors;
    this.info();
  }

  info(): void {
    this.state.mark('info', () => ({ op: 'info', value: this.#info() }));
  }

  audit(): void {
    this.state.mark('audit', () => ({ op: 'audit', value: this.#audit() }));
    // Events that are lost are told by nobody.
    const { clock, db } = this.#o;
    if (this.#losing || (db.state().kind !== 'full' && db.state().kind !== 'read-only')) return;
    this.#losing = true;
    const again = (): void => {
      this.#losing = false;
      this.audit();
    };
    clock.after(LOSSES_SHOWN_MS, again, { unref: true });
  }

  /** Agents, prompts, personalities, skills or proposals moved. */
  content(): void {
    this.#content.mark(this.state);
    // How long names may be is the project's.
    this.state.mark('routes', () => {
      this.#o.syncRoutes();
      return undefined;
    });
    for (const project of this.#projects()) {
      this.state.mark(`project/${project.id}`, () => ({ op: 'put', kind: 'projects', value: project }));
    }
    const known = new Set(
      this.#o.db
        .collection('projects')
        .all()
        .map((row) => row.id),
    );
    for (const id of this.state.view.projects.keys()) {
      if (!known.has(id)) this.state.mark(`project/${id}`, () => ({ op: 'delete', kind: 'projects', id }));
    }
  }

  /** Models have summed prompts up. */
  digests(): void {
    this.#content.mark(this.state);
    this.info();
  }

  definitions(): void {
    const shown = this.state.view.servers;
    const servers = new Map(
      this.#o.db
        .collection('servers')
        .all()
        .map((server) => [server.id, shownSpec(server)]),
    );
    this.#secretRows();
    for (const server of servers.values()) {
      this.state.mark(`server/${server.id}`, () => ({ op: 'put', kind: 'servers', value: server }));
    }
    for (const id of shown.keys()) {
      if (!servers.has(id)) this.state.mark(`server/${id}`, () => ({ op: 'delete', kind: 'servers', id }));
    }
    for (const project of this.#projects()) {
      this.state.mark(`project/${project.id}`, () => ({ op: 'put', kind: 'projects', value: project }));
    }
    this.#o.syncRoutes();
  }

  #instanceView(live: Parameters<typeof instanceView>[0]) {
    const server = this.#o.fleet.serverOf(live);
    return instanceView(live, server, this.#o.runtimeState(server?.runtime ?? 'process'), this.#o.clock);
  }

  #projects(): readonly ProjectView[] {
    const { db } = this.#o;
    const servers = db.collection('servers').all();
    const count = (name: string): number => servers.filter((server) => server.project === name).length;
    return db
      .collection('projects')
      .all()
      .map(({ id, name, gated }) => ({ id, name, servers: count(name), gated }));
  }

  #info(): EngineInfo {
    const { db, info, runtimeState, bugs, secrets } = this.#o;
    const runtimes = runtimeViews(runtimeState);
    const states = { storage: db.state(), runtimes, bugs: bugs.count, secretFile: secrets.file };
    const summaries = this.#o.gate?.summaries;
    const ofModels = summaries === undefined ? {} : { summaries };
    const backends = secrets.defined?.states() ?? [];
    const ofSecrets = backends.length === 0 ? {} : { secretBackends: backends };
    return { ...info, ...this.#doors, startedAt: this.#startedAt, ...states, ...ofModels, ...ofSecrets };
  }

  #audit(): EngineView['audit'] {
    const { db, chain } = this.#o;
    return { lastEvent: db.head().events, chain: chain.state, lost: db.lostEvents() };
  }

  #first(): EngineView {
    const { db, fleet } = this.#o;
    return {
      ...emptyView(this.#info(), this.#audit()),
      ...this.#content.first(),
      secrets: this.#secrets.first(),
      servers: new Map(
        db
          .collection('servers')
          .all()
          .map((server) => [server.id, shownSpec(server)]),
      ),
      instances: new Map(fleet.all().map((live) => [live.id, this.#instanceView(live)])),
      projects: new Map(this.#projects().map((project) => [project.id, project])),
    };
  }
}

function sessionView(session: SessionInfo, gate: GateView | undefined): SessionView {
  const { id, client, project, agent, personality, since, lastAt, calls, errors, open, waiting, oldestAt } = session;
  const named = { ...(agent === undefined ? {} : { agent }), ...(personality === undefined ? {} : { personality }) };
  return {
    id,
    client,
    project,
    ...named,
    since,
    lastAt,
    calls,
    errors,
    open,
    waiting,
    ...(oldestAt === undefined ? {} : { oldestAt }),
    ...(gate === undefined ? {} : { gate }),
  };
}
