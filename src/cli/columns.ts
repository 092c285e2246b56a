/** Defines the columns of `get`, one table a kind. */
import type { Clock } from '../kernel/clock.ts';
import {
  IDLE,
  isolationOf,
  type AuditEventView,
  type EngineView,
  type InstanceView,
  type Server,
  type SessionView,
} from '../engine/index.ts';
import { age, countdown, duration, openWords } from '../text/format.ts';
import { gateWord } from '../text/gate-words.ts';
import type { Column } from './output.ts';

export function serverColumns(view: EngineView): readonly Column<Server>[] {
  const running = (server: Server): number =>
    [...view.instances.values()].filter((row) => row.serverId === server.id && row.phase === 'running').length;
  return [
    { title: 'NAME', value: (server) => server.name },
    { title: 'PROJECT', value: (server) => server.project },
    { title: 'RUNTIME', value: (server) => server.runtime },
    { title: 'RUNNING', value: (server) => `${running(server)}/${server.replicas}` },
    { title: 'ISOLATION', value: isolationOf, wide: true },
    { title: 'PROBE', value: (server) => server.health.tool ?? 'tools/list', wide: true },
    { title: 'ENV', value: (server) => server.env.map((entry) => entry.name).join(',') || '-', wide: true },
    { title: 'SOURCE', value: sourceText },
  ];
}

export function sourceText({ source }: Server): string {
  switch (source.kind) {
    case 'image':
      return [source.image, ...source.command].join(' ');
    case 'package':
      return [source.package, ...source.args].join(' ');
    case 'command':
      return source.command.join(' ');
    case 'url':
      return source.url;
  }
}

export function instanceColumns(clock: Clock): readonly Column<InstanceView>[] {
  return [
    { title: 'NAME', value: (row) => row.name },
    { title: 'VIA', value: (row) => row.via },
    { title: 'STATE', value: (row) => row.phase.toUpperCase() },
    { title: 'HEALTH', value: (row) => (row.phase === 'running' ? row.health : '-') },
    { title: 'TOOLS', value: (row) => String(row.tools ?? '-') },
    { title: 'RST', value: (row) => String(row.restarts) },
    { title: 'AGE', value: (row) => age(clock.now() - row.createdAt), by: (row) => -row.createdAt, ticks: true },
    {
      title: 'NEXT',
      value: (row) => nextText(row, clock),
      by: (row) => row.retry?.nextRetryAt ?? Infinity,
      ticks: true,
    },
    { title: 'PROJECT', value: (row) => row.project, wide: true },
    { title: 'LEASE', value: leaseText, wide: true },
    { title: 'ID', value: (row) => row.id, wide: true },
    { title: 'RUNTIME-ID', value: (row) => row.containerId?.slice(0, 12) ?? String(row.pid ?? '-'), wide: true },
    { title: 'REASON', value: reasonText },
  ];
}

function leaseText({ lease }: InstanceView): string {
  return lease === undefined ? '-' : `${lease.client} ${lease.sessionId}`;
}

function nextText(row: InstanceView, clock: Clock): string {
  if (row.held) return 'held';
  return row.retry === undefined ? '-' : countdown(row.retry.nextRetryAt - clock.now());
}

/** Why it is not well, and the next step. */
export function reasonText(row: InstanceView): string {
  if (row.phase === 'error' && row.failure !== undefined) {
    const { code, message, hint } = row.failure;
    return `${code}: ${message}${hint === undefined ? '' : ` → ${hint}`}`;
  }
  if (row.phase === 'stopped' && row.desiredBy === IDLE) return 'idle: it starts when a session needs it';
  if (row.phase === 'stopped') return `stopped by ${row.desiredBy} → mcptui start ${row.name}`;
  return row.healthReason ?? '';
}

export function sessionColumns(clock: Clock, view: EngineView): readonly Column<SessionView>[] {
  const held = (id: string): readonly string[] =>
    [...view.instances.values()].filter(({ lease }) => lease?.sessionId === id).map(({ name }) => name);
  return [
    { title: 'SESSION', value: (row) => row.id },
    { title: 'CLIENT', value: (row) => row.client },
    { title: 'AGENT', value: (row) => row.agent ?? '-' },
    { title: 'PERSONALITY', value: (row) => row.personality ?? '-', wide: true },
    { title: 'PROJECT', value: (row) => row.project },
    { title: 'GATE', value: (row) => gateWord(row.gate) },
    { title: 'CALLS', value: (row) => String(row.calls) },
    { title: 'ERR', value: (row) => String(row.errors) },
    { title: 'OPEN', value: (row) => openWords(row, clock.now()), ticks: true },
    { title: 'AGE', value: (row) => age(clock.now() - row.since), by: (row) => -row.since, ticks: true },
    { title: 'IDLE', value: (row) => age(clock.now() - row.lastAt), by: (row) => -row.lastAt, ticks: true },
    { title: 'INSTANCES', value: (row) => held(row.id).join(',') || '-', wide: true },
  ];
}

export const auditColumns: readonly Column<AuditEventView>[] = [
  { title: 'N', value: (event) => String(event.n) },
  { title: 'TIME', value: (event) => new Date(event.at).toISOString() },
  { title: 'ACTOR', value: (event) => event.actor },
  { title: 'KIND', value: (event) => event.kind },
  { title: 'TARGET', value: (event) => event.target ?? '-' },
  { title: 'RESULT', value: (event) => event.outcome },
  {
    title: 'DUR',
    value: (event) => (event.durationMs === undefined ? '-' : duration(event.durationMs)),
    by: (event) => event.durationMs ?? -1,
  },
  { title: 'SESSION', value: (event) => event.session ?? '-', wide: true },
  { title: 'MESSAGE', value: (event) => event.message ?? '' },
];
