/** An engine in memory for screens: holds what builders make, changes when told, and remembers what it was asked. */
import type {
  AuditEvent,
  AuditQuery,
  Engine,
  EngineCommands,
  EngineInfo,
  EngineView,
  GateReport,
  InstanceDetail,
  InstanceView,
  LogLine,
  SecretView,
  Server,
  EndedSessionView,
  SessionView,
  TokenInfo,
  UpstreamView,
  ViewPatch,
} from '../../../src/engine/index.ts';
import { McptuiError } from '../../../src/kernel/errors.ts';
import { contentFixture, contentMaps, type ContentRows } from './content-fixture.ts';
import { auditFixture } from './audit-fixture.ts';
import { secretsFixture } from './secrets-fixture.ts';
import { rightsFixture } from './rights-fixture.ts';
import { signingFixture, type SigningFixture } from './signing-fixture.ts';
import { modelsFixture } from './models-fixture.ts';
import { gatedFixture } from './gated-fixture.ts';
import { knownNames, type KnownNames } from './known-names.ts';
import { serversFixture } from './servers-fixture.ts';
import { routedFixture, type RoutedRows } from './routed-fixture.ts';
import { aServer, day, fixtureNow, hour, minute, pictureInstances, sampleEvent } from '../builders/console-builders.ts';
import { runtimeViews } from '../../../src/engine/views/view-model.ts';

export * from '../builders/console-builders.ts';
export * from '../builders/content-builders.ts';

export interface FixtureOptions {
  readonly now?: number;
  readonly instances?: readonly InstanceView[];
  readonly servers?: readonly Server[];
  readonly sessions?: readonly SessionView[];
  readonly endedSessions?: readonly EndedSessionView[];
  readonly secrets?: readonly SecretView[];
  readonly upstreams?: readonly UpstreamView[];
  readonly tokens?: readonly TokenInfo[];
  readonly routed?: RoutedRows;
  readonly events?: readonly AuditEvent[];
  /** Instead of `events`: so many sample events, each made when it is asked for. */
  readonly sampleEvents?: number;
  readonly info?: Partial<EngineInfo>;
  readonly logs?: readonly LogLine[];
  readonly detail?: Partial<InstanceDetail>;
  readonly content?: ContentRows;
  /** Why sessions see what they see. */
  readonly gates?: readonly GateReport[];
  /** What has to be signed. */
  readonly signing?: SigningFixture;
  /** What is kept of what agents were shown, by hash. */
  readonly seenTexts?: Readonly<Record<string, string>>;
}

export interface FixtureEngine extends Engine {
  /** Every command that changes or starts something, as `stop ins_fs-1`. */
  readonly asked: readonly string[];
  /** Values that `setSecret` was given, by name. */
  readonly kept: ReadonlyMap<string, string>;
  /** Changes the view as the engine would. */
  patch(...patches: readonly ViewPatch[]): void;
  emit(...events: readonly AuditEvent[]): void;
  /** Tells of events that it does not keep, as a daemon elsewhere does. */
  announce(...events: readonly AuditEvent[]): void;
  link(state: 'attached' | 'lost'): void;
  /** Makes every command that changes something fail. */
  failWith(error: Error | undefined): void;
}

export function fixtureEngine(options: FixtureOptions = {}): FixtureEngine {
  const now = options.now ?? fixtureNow;
  const instances = options.instances ?? pictureInstances(now);
  const servers = options.servers ?? serversFor(instances);
  let view: EngineView = {
    info: {
      version: '0.1.0',
      pid: 4242,
      hosting: 'embedded',
      startedAt: now - 4 * day - 3 * hour,
      dataDir: '/data',
      socketPath: '/data/engine.sock',
      storage: { kind: 'ok' },
      runtimes: runtimeViews(() => ({ kind: 'ok', version: '28.1' })),
      bugs: 0,
      ...options.info,
    },
    servers: new Map(servers.map((server) => [server.id, server])),
    instances: new Map(instances.map((instance) => [instance.id, instance])),
    secrets: new Map((options.secrets ?? []).map((secret) => [secret.id, secret])),
    sessions: new Map((options.sessions ?? []).map((session) => [session.id, session])),
    endedSessions: new Map((options.endedSessions ?? []).map((session) => [session.id, session])),
    upstreams: new Map((options.upstreams ?? []).map((upstream) => [upstream.id, upstream])),
    projects: new Map([['prj_default', { id: 'prj_default', name: 'default', servers: servers.length, gated: false }]]),
    ...contentMaps(options.content),
    audit: { lastEvent: options.sampleEvents ?? options.events?.length ?? 0, chain: 'ok', lost: 0 },
  };
  const events: AuditEvent[] = [...(options.events ?? [])];
  const samples = options.sampleEvents ?? 0;
  const total = (): number => samples + events.length;
  const eventAt = (n: number): AuditEvent | undefined =>
    n <= samples ? sampleEvent(n, samples, now) : events[n - samples - 1];
  const asked: string[] = [];
  const kept = new Map<string, string>();
  const viewers = new Set<Parameters<Engine['subscribe']>[0]>();
  const followers = new Set<Parameters<Engine['onEvents']>[0]>();
  const linked = new Set<Parameters<Engine['onLink']>[0]>();
  let failure: Error | undefined;

  const ask = async (line: string): Promise<void> => {
    asked.push(line);
    if (failure !== undefined) throw failure;
  };
  const known = knownNames(() => view);
  const askOf = async (what: keyof KnownNames, command: string, name: string): Promise<void> => {
    known[what](name);
    await ask(`${command} ${name}`);
  };
  const keepsNone = async (what: string, name: string): Promise<never> => {
    throw new McptuiError('not-found', `no ${what} ${name}`);
  };
  const patch = (...patches: readonly ViewPatch[]): void => {
    view = patches.reduce(applyPatch, view);
    for (const listener of viewers) listener(view, patches);
  };
  const commands: EngineCommands = {
    ...serversFixture({ view: () => view, patch, ask }),
    deleteServer: (name) => askOf('server', 'deleteServer', name),
    reload: () => ask('reload'),
    applyDocuments: () => keepsNone('document', '-'),
    planDocuments: () => keepsNone('document', '-'),
    exportDocuments: () => Promise.resolve([]),
    start: (name) => askOf('running', 'start', name),
    stop: (name) => askOf('running', 'stop', name),
    restart: async (name, options) => {
      known.running(name);
      await ask(`restart ${name}${options?.inTurn === true ? ' in turn' : ''}`);
    },
    retry: (name) => askOf('running', 'retry', name),
    hold: (name) => askOf('running', 'hold', name),
    probe: async (name) => {
      await askOf('running', 'probe', name);
      return { ok: true, durationMs: 14, target: 'tools/list' };
    },
    shutDown: () => ask('shutDown'),
    ...secretsFixture({ view: () => view, ask, kept, now }),
    beginLogin: async (name, redirectUrl = 'http://127.0.0.1:33418/callback') => {
      await askOf('server', 'beginLogin', name);
      return { authorizationUrl: 'https://auth.example/authorize', redirectUrl };
    },
    finishLogin: async (name) => {
      await askOf('server', 'finishLogin', name);
      return {};
    },
    logout: (name) => askOf('server', 'logout', name),
    rotateToken: async (name) => {
      await ask(`rotateToken ${name}`);
      return 'mcptui_token';
    },
    createToken: async (name, scope) => {
      await ask(`createToken ${name}${scope === undefined ? '' : ` ${JSON.stringify(scope)}`}`);
      return 'mcptui_token';
    },
    removeToken: async (name) => {
      if (options.tokens?.some((token) => token.name === name) !== true) return keepsNone('token', name);
      await ask(`removeToken ${name}`);
    },
    tokens: () => Promise.resolve(options.tokens ?? []),
    instanceDetail: async (id) => {
      known.instance(id);
      return detailOf(view, id, now, options.detail);
    },
    logs: async (name, { lines = 200, after = -Infinity, before = Infinity } = {}) => {
      known.running(name);
      const all = options.logs ?? [{ n: 1, at: now - 1000, stream: 'stderr', text: 'listening' }];
      return all.filter(({ n }) => n > after && n < before).slice(-lines);
    },
    events: async (query) => queryEvents(total(), eventAt, query),
    ...auditFixture(async (query) => queryEvents(total(), eventAt, query), options.seenTexts),
    verifyAudit: async () => ({
      ok: true,
      records: total(),
      events: total(),
      head: { seq: total(), hash: '0'.repeat(64), events: total() },
      problems: [],
      dropped: [],
    }),
    page: (_project, id) => keepsNone('answer', id),
    exportAudit: async () => {
      throw new McptuiError('not-found', 'nothing is kept here');
    },
    auditHead: async () => ({ seq: total(), hash: '0'.repeat(64), events: total() }),
    ...modelsFixture(ask),
    ...rightsFixture({ now, ask }),
    ...signingFixture(options.signing ?? {}, ask),
    ...gatedFixture(options.gates ?? [], () => view, patch, ask),
    ...routedFixture(options.routed ?? {}, ask, known),
    ...contentFixture({ rows: options.content ?? {}, now, view: () => view, patch, ask }),
  };
  return {
    commands,
    asked,
    kept,
    view: () => view,
    subscribe: (listener) => listenTo(viewers, listener),
    onEvents: (listener) => listenTo(followers, listener),
    onLink: (listener) => listenTo(linked, listener),
    close: async () => {},
    patch,
    emit(...fresh) {
      for (const event of fresh) events.push(event);
      for (const listener of followers) listener(fresh);
    },
    announce(...fresh) {
      for (const listener of followers) listener(fresh);
    },
    link(state) {
      for (const listener of linked) listener(state);
    },
    failWith(error) {
      failure = error;
    },
  };
}

function listenTo<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function serversFor(instances: readonly InstanceView[]): Server[] {
  const projects = new Map(instances.map(({ server, project }) => [server, project]));
  return [...projects].map(([name, project]) =>
    name === 'gitea'
      ? aServer({ name, project, env: [{ name: 'GITEA_TOKEN', secret: { backend: 'file', path: 'gitea-creds' } }] })
      : aServer({ name, project }),
  );
}

function applyPatch(view: EngineView, patch: ViewPatch): EngineView {
  if (patch.op === 'info') return { ...view, info: patch.value };
  if (patch.op === 'audit') return { ...view, audit: patch.value };
  const next = new Map<string, unknown>(view[patch.kind]);
  if (patch.op === 'delete') next.delete(patch.id);
  else next.set(patch.value.id, patch.value);
  return { ...view, [patch.kind]: next };
}

function queryEvents(
  total: number,
  eventAt: (n: number) => AuditEvent | undefined,
  { before, after, limit = 200 }: AuditQuery,
): readonly AuditEvent[] {
  const found: AuditEvent[] = [];
  const step = after === undefined ? -1 : 1;
  const start = after === undefined ? Math.min(total, (before ?? total + 1) - 1) : after + 1;
  for (let n = start; n >= 1 && n <= total && found.length < limit; n += step) {
    const event = eventAt(n);
    if (event !== undefined) found.push(event);
  }
  return found;
}

function detailOf(view: EngineView, id: string, now: number, part: Partial<InstanceDetail> = {}): InstanceDetail {
  const instance = view.instances.get(id);
  const spec = view.servers.get(instance?.serverId ?? '') ?? aServer();
  const failed = instance?.phase === 'error';
  return {
    id,
    calls: { open: 0 },
    events: failed
      ? [
          { at: now - 2 * day, kind: 'created', message: 'by ann', count: 1 },
          { at: now - 3 * minute, kind: 'restart', message: 'by ann', count: 1 },
          { at: now - 48_000, kind: 'error', message: instance.failure?.message ?? '', count: 6, since: now - 200_000 },
          { at: now - 48_000, kind: 'backoff', message: 'attempt 7 in 5m', count: 1 },
        ]
      : [{ at: now - 4 * day, kind: 'ready', message: 'initialize answered in 240ms', count: 1 }],
    spec,
    env: spec.env.map((entry) => ({
      name: entry.name,
      from: 'secret' in entry ? `${entry.secret.backend}:${entry.secret.path}` : 'literal',
      state: failed ? 'unresolved' : 'ok',
    })),
    tools: [
      { name: 'read_file', description: 'Reads a file' },
      { name: 'list_directory', description: 'Lists a folder' },
    ],
    command: ['npx', '-y', `@example/${spec.name}`],
    ...part,
  };
}
