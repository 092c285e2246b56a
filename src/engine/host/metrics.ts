/** Writes what the engine counts in the text format of Prometheus. Pure: the same facts give the same text. */
import type { ServerCalls } from '../audit/call-counters.ts';
import { BUCKETS } from '../audit/call-counters.ts';
import type { EngineView } from '../views/view.ts';

export interface MetricFacts {
  readonly view: EngineView;
  readonly calls: ReadonlyMap<string, ServerCalls>;
  readonly memoryBytes: number;
  readonly cpuSeconds: number;
  readonly startedSeconds: number;
}

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

export function metricsText({ view, calls, memoryBytes, cpuSeconds, startedSeconds }: MetricFacts): string {
  const instances = [...view.instances.values()];
  const byState = counted(instances.map(({ server, project, phase, health }) => ({ server, project, phase, health })));
  const restarts = [...Map.groupBy(instances, ({ server }) => server)].map(([server, rows]): Sample => [
    { server },
    rows.reduce((sum, { restarts }) => sum + restarts, 0),
  ]);
  const sessions = [...view.sessions.values()];
  const pending = [...view.proposals.values()].filter(({ state }) => state === 'pending');
  const { info, audit } = view;
  return [
    family('mcptui_info', 'gauge', 'Version of the engine.', [[{ version: info.version, hosting: info.hosting }, 1]]),
    family('mcptui_start_time_seconds', 'gauge', 'When the engine started.', [[{}, startedSeconds]]),
    family('mcptui_instances', 'gauge', 'Instances by phase and health.', byState),
    family('mcptui_instance_restarts_total', 'counter', 'Restarts of instances.', restarts),
    family('mcptui_sessions', 'gauge', 'Sessions of agents.', counted(sessions.map(({ project }) => ({ project })))),
    family('mcptui_calls_open', 'gauge', 'Calls that servers have not answered.', [
      [{}, sessions.reduce((sum, { open }) => sum + open, 0)],
    ]),
    family('mcptui_calls_total', 'counter', 'Calls of tools by server and outcome.', outcomesOf(calls)),
    histogram(calls),
    family('mcptui_proposals_pending', 'gauge', 'Proposals that wait for a decision.', [[{}, pending.length]]),
    family('mcptui_audit_events_total', 'counter', 'Events in the journal.', [[{}, audit.lastEvent]]),
    family('mcptui_audit_lost_total', 'counter', 'Events that could not be kept.', [[{}, audit.lost]]),
    family('mcptui_audit_chain_ok', 'gauge', 'Whether the chain was whole when it was read last.', [
      [{}, audit.chain === 'ok' ? 1 : 0],
    ]),
    family('mcptui_storage_ok', 'gauge', 'Whether the store takes writes.', [[{}, info.storage.kind === 'ok' ? 1 : 0]]),
    family('mcptui_bugs_total', 'counter', 'Errors that nobody foresaw.', [[{}, info.bugs]]),
    family('process_resident_memory_bytes', 'gauge', 'Resident memory.', [[{}, memoryBytes]]),
    family('process_cpu_seconds_total', 'counter', 'Processor time, user and system.', [[{}, cpuSeconds]]),
  ].join('');
}

function outcomesOf(calls: MetricFacts['calls']): readonly Sample[] {
  return [...calls].flatMap(([server, { byOutcome }]) =>
    [...byOutcome].map(([outcome, count]): Sample => [{ server, outcome }, count]),
  );
}

function histogram(calls: MetricFacts['calls']): string {
  const name = 'mcptui_call_duration_seconds';
  const lines = [...calls].flatMap(([server, { buckets, seconds, count }]) => [
    ...BUCKETS.map((bound, at) => sample(`${name}_bucket`, [{ server, le: String(bound) }, buckets[at] ?? 0])),
    sample(`${name}_bucket`, [{ server, le: '+Inf' }, count]),
    sample(`${name}_sum`, [{ server }, seconds]),
    sample(`${name}_count`, [{ server }, count]),
  ]);
  return head(name, 'histogram', 'How long calls of tools took.') + lines.join('');
}

function family(name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]): string {
  return head(name, type, help) + samples.map((one) => sample(name, one)).join('');
}

function head(name: string, type: string, help: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

function sample(name: string, [labels, value]: Sample): string {
  const shown = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${shown.length === 0 ? '' : `{${shown.join(',')}}`} ${value}\n`;
}

/** Of a label's value, which may be anybody's text. */
function escaped(text: string): string {
  return text.replace(/[\\"\n]/g, (one) => (one === '\n' ? String.raw`\n` : `\\${one}`));
}

function counted(all: readonly Labels[]): readonly Sample[] {
  const groups = Map.groupBy(all, (labels) => JSON.stringify(labels));
  return [...groups.values()].map((group): Sample => [group[0] ?? {}, group.length]);
}
