/** Records to words, glyphs and tones. All text that leaves here is cleaned. */
import type { EpochMs } from '../../kernel/clock.ts';
import type { Failure, InstanceView, Server } from '../../engine/index.ts';
import { clean } from '../../text/clean.ts';
import { age, countdown, duration, timeLeft } from '../../text/format.ts';
import { glyphs, type Tone } from './theme.ts';

export interface InstanceWords {
  readonly glyph: string;
  readonly tone: Tone;
  /** `ERROR`, `RUNNING` … */
  readonly state: string;
  readonly health: string;
  readonly healthTone: Tone;
  /** Time to the next try or probe; `-` when nothing is planned. */
  readonly next: string;
  readonly reason: string;
  /** The same where there is little room: of a secret its name, not the code. */
  readonly short: string;
  /** What the operator may do about it; empty when nothing needs doing. */
  readonly step: string;
}

export function describeInstance(instance: InstanceView, now: EpochMs): InstanceWords {
  return {
    ...lookOf(instance),
    state: instance.held && instance.phase === 'error' ? 'HELD' : instance.phase.toUpperCase(),
    health: instance.phase === 'running' ? instance.health : '-',
    healthTone: healthTones[instance.health],
    next: nextOf(instance, now),
    reason: reasonOf(instance, now),
    short: shortOf(instance, now),
    step: stepOf(instance),
  };
}

const healthTones = { healthy: 'ok', degraded: 'warn', unhealthy: 'bad', unknown: 'dim' } as const;

function lookOf(instance: InstanceView): { readonly glyph: string; readonly tone: Tone } {
  switch (instance.phase) {
    case 'error':
      return { glyph: glyphs.bad, tone: 'bad' };
    case 'pending':
    case 'starting':
    case 'stopping':
      return { glyph: glyphs.busy, tone: 'busy' };
    case 'stopped':
      return { glyph: glyphs.off, tone: 'dim' };
    case 'running':
      if (instance.health === 'healthy') return { glyph: glyphs.ok, tone: 'ok' };
      return instance.health === 'unknown'
        ? { glyph: glyphs.off, tone: 'warn' }
        : { glyph: instance.health === 'degraded' ? glyphs.ok : glyphs.warn, tone: 'warn' };
  }
}

/** What the operator has to look at: failed and not ready again since, or running and failing its probe. */
export function isProblem(instance: InstanceView): boolean {
  return isFailing(instance) || (instance.phase === 'running' && instance.health === 'unhealthy');
}

/** Until it is ready again: that the next attempt is under way mends nothing yet. */
function isFailing({ phase, retry, desired }: InstanceView): boolean {
  if (phase === 'error') return true;
  return retry !== undefined && desired === 'running' && (phase === 'starting' || phase === 'pending');
}

/** Smaller sorts first: what fails is never below what works. */
export function severity(instance: InstanceView): number {
  if (isFailing(instance)) return 0;
  switch (instance.phase) {
    case 'error':
      return 0;
    case 'running':
      return { unhealthy: 1, degraded: 3, unknown: 4, healthy: 5 }[instance.health];
    case 'pending':
    case 'starting':
    case 'stopping':
      return 2;
    case 'stopped':
      return 6;
  }
}

function nextOf(instance: InstanceView, now: EpochMs): string {
  if (instance.phase === 'error') return retryIn(instance, now);
  if (instance.phase === 'running' && instance.probe?.nextAt !== undefined) {
    return timeLeft(instance.probe.nextAt - now);
  }
  return '-';
}

/** `4m12s`; `held` or `-` when no retry is planned. */
export function retryIn(instance: InstanceView, now: EpochMs): string {
  if (instance.held) return 'held';
  const { retry } = instance;
  if (retry === undefined || instance.desired === 'stopped') return '-';
  // A clock that was set back must not show a longer wait than was planned.
  return countdown(Math.min(retry.nextRetryAt - now, retry.nextRetryAt - retry.lastAttemptAt));
}

function reasonOf(instance: InstanceView, now: EpochMs): string {
  switch (instance.phase) {
    case 'error':
      return failureLine(instance.failure) ?? clean(instance.retry?.reason ?? 'failed');
    case 'pending':
    case 'starting':
      return clean(comingReason(instance, now));
    case 'stopping':
      return `stopping for ${age(now - instance.phaseSince)}`;
    case 'stopped':
      return clean(`stopped by ${person(instance.desiredBy)} ${age(now - instance.desiredAt)} ago`);
    case 'running':
      return runningReason(instance);
  }
}

function comingReason(instance: InstanceView, now: EpochMs): string {
  const { phase, healthReason, retry, failure } = instance;
  if (retry === undefined) {
    return (
      healthReason ??
      (phase === 'pending' ? 'waiting for its turn to start' : `starting for ${age(now - instance.phaseSince)}`)
    );
  }
  const last = failureLine(failure) ?? retry.reason;
  return `attempt ${retry.attemptCount + 1} for ${age(now - instance.phaseSince)} · last: ${last}`;
}

function shortOf(instance: InstanceView, now: EpochMs): string {
  const secret = instance.phase === 'error' ? secretFailure(instance.failure) : undefined;
  return secret === undefined ? reasonOf(instance, now) : `${secret.name} unresolved`;
}

function runningReason(instance: InstanceView): string {
  const { probe } = instance;
  if (instance.health !== 'healthy') {
    const why = instance.healthReason ?? probe?.lastError;
    if (why !== undefined) return clean(why);
    return probe?.lastAt === undefined ? 'not probed yet' : '';
  }
  const leased = instance.lease === undefined ? [] : [`leased to ${instance.lease.client}`];
  if (probe?.p50Ms === undefined) return clean(leased.join(''));
  const slow = probe.p95Ms === undefined ? '' : ` p95 ${duration(probe.p95Ms)}`;
  return clean([...leased, `${probe.target} p50 ${duration(probe.p50Ms)}${slow}`].join(' · '));
}

function failureLine(failure: Failure | undefined): string | undefined {
  if (failure === undefined) return undefined;
  const secret = secretFailure(failure);
  return clean(`${failure.code} ${secret === undefined ? withoutUrl(failure.message) : secret.name}`);
}

/** What is said of a remote server begins with its URL, which would leave no room for the cause. */
function withoutUrl(message: string): string {
  return message.replace(/^https?:\/\/\S*[^\s:]:? /, '');
}

/** Key that helps next, as shown after `→`. */
function stepOf(instance: InstanceView): string {
  if (instance.phase === 'error') {
    if (instance.held) return 'R retry';
    const code = instance.failure?.code ?? '';
    // What mends it stands in the hint; it starts by itself then.
    if (code.startsWith('SECRET')) return clean(instance.failure?.hint ?? 'R retry');
    if (code === 'OAUTH_REQUIRED') return 'mcptui login';
    if (code.startsWith('DOCKER')) return 'retries when Docker is back';
    // Nothing of a remote server is in a log.
    return instance.runtime === 'remote' ? 'enter why' : 'l logs';
  }
  if (instance.phase === 'running' && instance.health === 'unhealthy') return 'p probe';
  return instance.phase === 'stopped' ? 's start' : '';
}

/** What the engine says of a secret that did not resolve: `secret resolution failed: NAME: BACKEND: cause`. */
export function secretFailure(
  failure: Failure | undefined,
): { readonly name: string; readonly backend: string; readonly cause: string } | undefined {
  const found = /^secret resolution failed: ([^:]+): ([^:]+): ([^]*)$/.exec(failure?.message ?? '');
  const [, name, backend, cause] = found ?? [];
  if (name === undefined || backend === undefined || cause === undefined) return undefined;
  return { name: clean(name), backend: clean(backend), cause: clean(cause) };
}

/** `GITEA_TOKEN ← file:gitea-creds  not set`; undefined when the failure is not about a secret. */
export function secretLine(instance: InstanceView, server: Server | undefined): string | undefined {
  const secret = secretFailure(instance.failure);
  if (secret === undefined) return undefined;
  const entry = server?.env.find((candidate) => candidate.name === secret.name);
  const from =
    entry !== undefined && 'secret' in entry ? `${entry.secret.backend}:${entry.secret.path}` : secret.backend;
  return clean(`${secret.name} ← ${from}  ${secret.cause}`);
}

/** One sentence on what a failure's code means, for those that need more than the message. */
export function explain(failure: Failure): string {
  if (failure.hint !== undefined) return clean(failure.hint);
  if (failure.code.startsWith('SECRET')) {
    return 'not started: a secret it needs did not resolve. Set it, or use value "" to opt out on purpose.';
  }
  if (failure.code.startsWith('STDIO_EXIT'))
    return 'the process ended before it answered initialize: its last lines tell why (l).';
  if (failure.code.startsWith('DOCKER')) return 'the container engine is not usable from here; other instances go on.';
  return clean(failure.message);
}

/** `operator:ann` → `ann`, the engine is `engine`; `client:ann` → `~ann`, for only the client itself says so. */
export function person(actor: string): string {
  return clean(actor.replace(/^(?:operator|user|agent|group|service):/, '').replace(/^client:/, '~'));
}

/** What is run, in one line without env values. */
export function sourceLine(server: Server): string {
  const { source } = server;
  switch (source.kind) {
    case 'image':
      return clean([source.image, ...source.command].join(' '));
    case 'package':
      return clean([source.package, ...source.args, ...inFolder(source.cwd)].join(' '));
    case 'command':
      return clean([...source.command, ...inFolder(source.cwd)].join(' '));
    case 'url':
      return clean(source.url);
  }
}

function inFolder(cwd: string | undefined): readonly string[] {
  return cwd === undefined ? [] : [`(in ${cwd})`];
}
