/** Lists a definition field by field: what operators call it, what of it is shown, what a change of it needs. Pure. */
import type { Server } from '../../store/schema/server.ts';
import { shownArguments } from '../views/shown-server.ts';
import { entryText, secretText, shownEntryText, shownUrlText } from './entry-text.ts';
import { isolationOf } from './isolation.ts';

/**
 * `now`: it holds at once, and nothing is restarted. `start`: from the next start on. `replicas`: instances come or go.
 * `restart`: what runs is restarted, one instance after the other.
 */
export type ChangeEffect = 'now' | 'start' | 'replicas' | 'restart';

export interface Field {
  readonly name: string;
  /** The exact value: only ever compared. */
  readonly key: string;
  readonly shown: string;
  readonly effect: ChangeEffect;
}

/** Milliseconds, by how people write them. */
export function timeText(ms: number): string {
  if (ms % 3_600_000 === 0 && ms > 0) return `${ms / 3_600_000}h`;
  if (ms % 60_000 === 0 && ms > 0) return `${ms / 60_000}m`;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

/** Only what is there: a field that is left out has no entry. */
export function fieldsOf(server: Server): readonly Field[] {
  const { health, limits, calls } = server;
  return [
    ...sourceFields(server),
    plain('runtime', server.runtime, 'restart'),
    ...server.env.map((entry) => ({
      name: `env ${entry.name}`,
      key: entryText(entry),
      shown: shownEntryText(entry) || '""',
      effect: server.runtime === 'remote' ? ('now' as const) : ('restart' as const),
    })),
    plain('replicas', server.replicas, 'replicas'),
    plain('isolation', isolationOf(server), 'restart'),
    plain('max instances', server.maxInstances, 'now'),
    plain('prefix', server.prefix ?? server.name, 'now'),
    plain('context', server.context, 'now'),
    plain('probe tool', health.tool ?? 'tools/list', 'now'),
    ...(Object.keys(health.args).length === 0 ? [] : [plain('probe arguments', JSON.stringify(health.args), 'now')]),
    time('probe delay', health.initialDelayMs, 'start'),
    time('probe interval', health.intervalMs, 'now'),
    time('probe timeout', health.timeoutMs, 'now'),
    plain('probe failures', health.failureThreshold, 'now'),
    plain('probe successes', health.successThreshold, 'now'),
    time('probe budget', health.latencyBudgetMs, 'now'),
    plain('memory', `${limits.memoryMiB} MiB`, 'restart'),
    plain('pids', limits.pids, 'restart'),
    plain('cpus', limits.cpus === 0 ? 'no limit' : limits.cpus, 'restart'),
    ...(calls.idleMs === undefined ? [] : [time('call idle time', calls.idleMs, 'now')]),
    ...(calls.ceilingMs === undefined ? [] : [time('call timeout', calls.ceilingMs, 'now')]),
    ...(calls.maxInFlight === undefined ? [] : [plain('calls in flight', calls.maxInFlight, 'now')]),
    plain('secret delivery', server.secretDelivery, 'restart'),
    plain('network', server.network, 'restart'),
    time('start timeout', server.startTimeoutMs, 'start'),
  ];
}

function sourceFields({ source }: Server): readonly Field[] {
  const kind = plain('what runs', source.kind, 'restart');
  switch (source.kind) {
    case 'image':
      return [
        kind,
        plain('image', source.image, 'restart'),
        words('command', source.command),
        ...(source.entrypoint === undefined ? [] : [words('entrypoint', source.entrypoint)]),
        ...folder(source.cwd),
        ...(source.user === undefined ? [] : [plain('user', source.user, 'restart')]),
        ...(source.pull === undefined ? [] : [plain('pull', source.pull, 'start')]),
        ...(source.mounts ?? []).map(({ source: from, target, readOnly }) =>
          plain(`mount ${target}`, `${from}${readOnly ? ', read-only' : ''}`, 'restart'),
        ),
      ];
    case 'package':
      return [kind, words('package', [source.package]), words('arguments', source.args), ...folder(source.cwd)];
    case 'command':
      return [kind, words('command', source.command), ...folder(source.cwd)];
    case 'url':
      return [
        kind,
        { name: 'url', key: source.url, shown: shownUrlText(source.url), effect: 'restart' },
        ...remoteFields(source),
      ];
  }
}

function remoteFields(source: Extract<Server['source'], { kind: 'url' }>): readonly Field[] {
  const { clientSecret, privateKey, ...oauth } = source.oauth ?? {};
  return [
    plain('transport', source.transport, 'restart'),
    plain('revision of the protocol', source.revision, 'restart'),
    plain('private addresses', source.allowPrivate ? 'allowed' : 'refused', 'restart'),
    plain('plain http', source.allowHttp ? 'allowed' : 'refused', 'restart'),
    ...source.headers.map((entry) => ({
      name: `header ${entry.name}`,
      key: entryText(entry),
      shown: shownEntryText(entry) || '""',
      effect: 'restart' as const,
    })),
    ...Object.entries(oauth).map(([name, value]) => plain(`oauth ${name}`, String(value), 'restart')),
    ...(clientSecret === undefined ? [] : [plain('oauth clientSecret', secretText(clientSecret), 'restart')]),
    ...(privateKey === undefined ? [] : [plain('oauth privateKey', secretText(privateKey), 'restart')]),
  ];
}

function plain(name: string, value: string | number, effect: ChangeEffect): Field {
  const text = String(value);
  return { name, key: text, shown: text === '' ? '""' : text, effect };
}

function time(name: string, ms: number, effect: ChangeEffect): Field {
  return plain(name, timeText(ms), effect);
}

function words(name: string, argv: readonly string[]): Field {
  const shown = shownArguments(argv).map((word) => (/^[\w@%+=:,./…[\]-]+$/.test(word) ? word : JSON.stringify(word)));
  return { name, key: JSON.stringify(argv), shown: shown.join(' ') || 'none', effect: 'restart' };
}

function folder(cwd: string | undefined): readonly Field[] {
  return cwd === undefined ? [] : [plain('working folder', cwd, 'restart')];
}
