/** Servers, instances and audit events as a console meets them; each part can be told otherwise. */
import type { AuditEvent, InstanceView, Server } from '../../../src/engine/index.ts';
import { aFailure } from './failures.ts';

/** 2026-03-01T14:02:11Z. */
export const fixtureNow = Date.UTC(2026, 2, 1, 14, 2, 11);
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

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
    maxInstances: 8,
    context: '',
    health: {
      args: {},
      initialDelayMs: 0,
      intervalMs: 60_000,
      timeoutMs: 10_000,
      failureThreshold: 3,
      successThreshold: 1,
      latencyBudgetMs: 2_000,
    },
    calls: {},
    limits: { memoryMiB: 512, pids: 256, cpus: 0 },
    secretDelivery: 'stdin',
    network: 'none',
    startTimeoutMs: 60_000,
    revision: 1,
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
  const missing = {
    name: 'GITEA_TOKEN',
    backend: 'file',
    path: 'gitea-creds',
    cause: 'no entry',
    isMissing: false,
  } as const;
  // Without a hint the row says which key helps.
  const { hint: _hint, ...failure } = aFailure({ kind: 'secret', unresolved: [missing] });
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
    failure,
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
      failure: aFailure({
        kind: 'other',
        code: 'STDIO_EXIT_BEFORE_INIT',
        message: 'code 1 after 0.4s, before initialize',
        hint: 'its log tells why',
      }),
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
