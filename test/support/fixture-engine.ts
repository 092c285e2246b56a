/** An engine in memory for screens: holds what builders make, changes when told, and remembers what it was asked. */
import type {
  AuditEvent,
  AuditQuery,
  Engine,
  EngineCommands,
  EngineInfo,
  EngineView,
  InstanceDetail,
  InstanceView,
  LogLine,
  Server,
  SessionView,
  ViewPatch,
} from '../../src/engine/index.ts';

/** 2026-03-01T14:02:11Z. */
export const fixtureNow = Date.UTC(2026, 2, 1, 14, 2, 11);
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export function aServer(part: Partial<Server> = {}): Server {
  const name = part.name ?? 'fs';
  return {
    id: `srv_${name}`,
    name,
    project: 'default',
    source: { kind: 'package', package: `npm:@example/${name}`, args: [] },
    runtime: 'process',
    env: [],
    replicas: 1,
    health: {
      args: {},
      initialDelayMs: 0,
      intervalMs: 60_000,
      timeoutMs: 10_000,
      failureThreshold: 3,
      successThreshold: 1,
      latencyBudgetMs: 2_000,
    },
    limits: { memoryMiB: 512, pids: 256, cpus: 0 },
    network: 'none',
    startTimeoutMs: 60_000,
    createdAt: fixtureNow - 4 * day,
    updatedAt: fixtureNow - 4 * day,
    ...part,
  };
}

/** A healthy `fs-1` unless told otherwise; `now` places its times. */
export function anInstance(part: Partial<InstanceView> = {}, now = fixtureNow): InstanceView {
  const name = part.name ?? 'fs-1';
  const server = part.server ?? name.replace(/-\d+$/, '');
  return {
    id: `ins_${name}`,
    name,
    server,
    serverId: `srv_${server}`,
    project: 'default',
    via: 'npx',
    runtime: 'process',
    phase: 'running',
    health: 'healthy',
    desired: 'running',
    desiredBy: 'operator:ann',
    desiredAt: now - 4 * day,
    held: false,
    tools: 11,
    restarts: 0,
    createdAt: now - 4 * day - 3 * hour,
    phaseSince: now - 4 * day,
    probe: {
      target: 'tools/list',
      lastAt: now - 8000,
      nextAt: now + 52_000,
      samples: [12, 20, 13, 12, 11, 12, 31, 12],
      p50Ms: 14,
      p95Ms: 31,
    },
    invalidLines: 0,
    eventCount: 3,
    ...part,
  };
}

/** `gitea-1`: its secret does not resolve, the next try is in 4m12s. */
export function aFailedInstance(part: Partial<InstanceView> = {}, now = fixtureNow): InstanceView {
  const { probe: _probe, ...base } = anInstance({ name: 'gitea-1', via: 'img', runtime: 'docker' }, now);
  return {
    ...base,
    phase: 'error',
    health: 'unknown',
    tools: 0,
    restarts: 6,
    createdAt: now - 2 * day - 4 * hour,
    phaseSince: now - 3 * minute - 18_000,
    retry: {
      attemptCount: 6,
      lastAttemptAt: now - 48_000,
      nextRetryAt: now + 4 * minute + 12_000,
      reason: 'secret resolution failed: GITEA_TOKEN: openbao: 503 sealed',
    },
    failure: {
      code: 'SECRET_UNRESOLVED',
      message: 'secret resolution failed: GITEA_TOKEN: file: no entry',
    },
    ...part,
  };
}

export function anEvent(n: number, part: Partial<AuditEvent> = {}): AuditEvent {
  return {
    n,
    at: fixtureNow - (100_000 - n) * 10,
    kind: 'tool_call_trace',
    actor: 'agent:claude-code',
    target: 'fs/read_file',
    outcome: 'ok',
    durationMs: 31,
    session: 'ses_1',
    ...part,
  };
}

const tools = ['fs/read_file', 'gitea/list_issues', 'memory/search', 'jira/get_issue', 'docs/search'];

/** Event `n` of `total`, the newest being from `now`: sessions of 50 events, each call caused by the session's first. */
export function sampleEvent(n: number, total: number, now = fixtureNow): AuditEvent {
  const at = now - (total - n) * 100;
  const first = n - ((n - 1) % 50);
  const base = { n, at, actor: 'agent:claude-code', session: `ses_${first}` };
  if (n === first) return { ...base, kind: 'session_bind', target: `session/ses_${n}`, outcome: 'ok' };
  const failed = n % 17 === 0;
  return {
    ...base,
    kind: 'tool_call_trace',
    target: tools[n % tools.length] ?? 'fs/read_file',
    outcome: failed ? 'error' : 'ok',
    durationMs: 5 + (n % 90),
    ...(failed ? { message: 'isError: token is required' } : {}),
    cause: first,
    detail: { args: { path: `/src/${n}.ts` }, bytesIn: 120, bytesOut: 4000 + n },
  };
}

export function someEvents(total: number, now = fixtureNow): AuditEvent[] {
  return Array.from({ length: total }, (_, index) => sampleEvent(index + 1, total, now));
}

/** The eight instances of the design's picture. */
export function pictureInstances(now = fixtureNow): InstanceView[] {
  const { probe: _probe, tools: _tools, ...bare } = anInstance({}, now);
  return [
    aFailedInstance({}, now),
    {
      ...aFailedInstance(
        { name: 'slack-1', id: 'ins_slack-1', server: 'slack', serverId: 'srv_slack', via: 'npx' },
        now,
      ),
      restarts: 3,
      createdAt: now - 41 * minute,
      retry: { attemptCount: 3, lastAttemptAt: now - 12_000, nextRetryAt: now + 18_000, reason: 'exit 1' },
      failure: {
        code: 'STDIO_EXIT_BEFORE_INIT',
        message: 'code 1 after 0.4s, before initialize',
        hint: 'its log tells why',
      },
    },
    anInstance(
      {
        name: 'jira-1',
        via: 'http',
        health: 'unhealthy',
        healthReason: 'PROBE_TOOL_ERROR "token is required"',
        tools: 14,
        createdAt: now - 5 * day,
        probe: { target: 'get_issue', samples: [80, 82, 79, 85, null, null, null, null], nextAt: now + 20_000 },
      },
      now,
    ),
    {
      ...bare,
      id: 'ins_browser-1',
      name: 'browser-1',
      server: 'browser',
      serverId: 'srv_browser',
      via: 'img',
      phase: 'starting',
      health: 'unknown',
      createdAt: now - 4000,
      phaseSince: now - 4000,
    },
    anInstance({}, now),
    anInstance(
      {
        name: 'fs-2',
        probe: {
          target: 'tools/list',
          samples: [11, 12, 10, 24, 12, 11, 12, 12],
          nextAt: now + 40_000,
          p50Ms: 12,
          p95Ms: 28,
        },
      },
      now,
    ),
    anInstance(
      {
        name: 'docs-1',
        via: 'sse',
        health: 'degraded',
        healthReason: 'slow: p95 2.4s > 1s',
        tools: 6,
        createdAt: now - 12 * day,
        probe: { target: 'tools/list', samples: [400, 420, 1500, 2400, 500, 480, 1600, 450], nextAt: now + 9000 },
      },
      now,
    ),
    {
      ...bare,
      id: 'ins_pg-1',
      name: 'pg-1',
      server: 'pg',
      serverId: 'srv_pg',
      via: 'img',
      phase: 'stopped',
      health: 'unknown',
      desired: 'stopped',
      desiredAt: now - 3 * day,
      createdAt: now - 3 * day,
      phaseSince: now - 3 * day,
    },
  ];
}

export interface FixtureOptions {
  readonly now?: number;
  readonly instances?: readonly InstanceView[];
  readonly servers?: readonly Server[];
  readonly sessions?: readonly SessionView[];
  readonly events?: readonly AuditEvent[];
  /** Instead of `events`: so many sample events, each made when it is asked for. */
  readonly sampleEvents?: number;
  readonly info?: Partial<EngineInfo>;
  readonly logs?: readonly LogLine[];
  readonly detail?: Partial<InstanceDetail>;
}

export interface FixtureEngine extends Engine {
  /** Every command that changes or starts something, as `stop ins_fs-1`. */
  readonly asked: readonly string[];
  /** Changes the view as the engine would. */
  patch(...patches: readonly ViewPatch[]): void;
  emit(...events: readonly AuditEvent[]): void;
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
      docker: { kind: 'ok', version: '28.1' },
      ...options.info,
    },
    servers: new Map(servers.map((server) => [server.id, server])),
    instances: new Map(instances.map((instance) => [instance.id, instance])),
    sessions: new Map((options.sessions ?? []).map((session) => [session.id, session])),
    projects: new Map([['prj_default', { id: 'prj_default', name: 'default', servers: servers.length }]]),
    audit: { lastEvent: options.sampleEvents ?? options.events?.length ?? 0, chain: 'ok' },
  };
  const events: AuditEvent[] = [...(options.events ?? [])];
  const samples = options.sampleEvents ?? 0;
  const total = (): number => samples + events.length;
  const eventAt = (n: number): AuditEvent | undefined =>
    n <= samples ? sampleEvent(n, samples, now) : events[n - samples - 1];
  const asked: string[] = [];
  const viewers = new Set<Parameters<Engine['subscribe']>[0]>();
  const followers = new Set<Parameters<Engine['onEvents']>[0]>();
  const linked = new Set<Parameters<Engine['onLink']>[0]>();
  let failure: Error | undefined;

  const ask = async (line: string): Promise<void> => {
    asked.push(line);
    if (failure !== undefined) throw failure;
  };
  const commands: EngineCommands = {
    createServer: async (draft) => {
      await ask(`createServer ${draft.name}`);
      return aServer({ name: draft.name });
    },
    deleteServer: (name) => ask(`deleteServer ${name}`),
    start: (name) => ask(`start ${name}`),
    stop: (name) => ask(`stop ${name}`),
    restart: (name) => ask(`restart ${name}`),
    retry: (name) => ask(`retry ${name}`),
    hold: (name) => ask(`hold ${name}`),
    probe: async (name) => {
      await ask(`probe ${name}`);
      return { ok: true, durationMs: 14, target: 'tools/list' };
    },
    setSecret: (name) => ask(`setSecret ${name}`),
    removeSecret: (name) => ask(`removeSecret ${name}`),
    instanceDetail: async (id) => detailOf(view, id, now, options.detail),
    logs: async () => options.logs ?? [{ at: now - 1000, stream: 'stderr', text: 'listening' }],
    events: async (query) => queryEvents(total(), eventAt, query),
    verifyAudit: async () => ({
      ok: true,
      records: total(),
      events: total(),
      head: { seq: total(), hash: '0'.repeat(64), events: total() },
      problems: [],
      dropped: [],
    }),
    auditHead: async () => ({ seq: total(), hash: '0'.repeat(64), events: total() }),
  };
  return {
    commands,
    asked,
    view: () => view,
    subscribe: (listener) => listenTo(viewers, listener),
    onEvents: (listener) => listenTo(followers, listener),
    onLink: (listener) => listenTo(linked, listener),
    close: async () => {},
    patch(...patches) {
      view = patches.reduce(applyPatch, view);
      for (const listener of viewers) listener(view, patches);
    },
    emit(...fresh) {
      for (const event of fresh) events.push(event);
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
  return [...new Set(instances.map(({ server }) => server))].map((name) =>
    name === 'gitea'
      ? aServer({ name, env: [{ name: 'GITEA_TOKEN', secret: { backend: 'file', path: 'gitea-creds' } }] })
      : aServer({ name }),
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
