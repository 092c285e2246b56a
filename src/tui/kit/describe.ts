/** Turns records into words, glyphs and tones. All text that leaves here is cleaned. */
import type { EpochMs } from '../../kernel/clock.ts';
import { IDLE, type FailureView, type InstanceView, type Server } from '../../engine/index.ts';
import { clean } from '../../text/clean.ts';
import { age, countdown, duration, timeLeft } from '../../text/format.ts';
import { nextStep, type NextStep } from './next-step.ts';
import { secretId } from './secrets.ts';
import { glyphs, type Tone } from './theme.ts';

export interface InstanceWords extends NextStep {
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
    ...nextStep(instance),
  };
}

/** In a sentence. */
export function phaseWord({ phase }: Pick<InstanceView, 'phase'>): string {
  return phase === 'error' ? 'failed' : phase;
}

/** While the engine is away: as last heard of, which may be true no more. */
export function describeLastKnown(instance: InstanceView, since: EpochMs): InstanceWords {
  const isUp = instance.phase === 'running';
  const unheard = { tone: 'dim', healthTone: 'dim', next: '?', ...(isUp ? { health: '?' } : {}) } as const;
  return { ...describeInstance(instance, since), ...unheard, step: '', key: '' };
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
      if (instance.desiredBy === IDLE) return `idle for ${age(now - instance.desiredAt)}, starts on need`;
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
  const facts = instance.phase === 'error' ? instance.failure?.facts : undefined;
  return facts?.kind === 'secret' ? clean(`${facts.unresolved[0]?.name ?? ''} unresolved`) : reasonOf(instance, now);
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

function failureLine(failure: FailureView | undefined): string | undefined {
  if (failure === undefined) return undefined;
  return clean(`${failure.code} ${failure.brief ?? failure.message}`);
}

/** `GITEA_TOKEN ← file:gitea-creds  not set`; undefined when the failure is not about a secret. */
export function secretLine(instance: InstanceView, server: Server | undefined): string | undefined {
  const facts = instance.failure?.facts;
  if (facts?.kind !== 'secret') return undefined;
  const [first, ...others] = facts.unresolved;
  if (first === undefined) return undefined;
  const entry = server?.env.find(({ name }) => name === first.name);
  const isPlain = entry !== undefined && 'secret' in entry;
  const from = isPlain ? `${entry.secret.backend}:${entry.secret.path}` : secretId(first);
  const more = others.map((other) => `; ${other.name}: ${secretId(other)}: ${other.cause}`);
  return clean(`${first.name} ← ${from}  ${first.cause}${more.join('')}`);
}

/** One sentence on what helps, else on what happened. */
export function explain({ facts, hint, message }: FailureView): string {
  if (hint !== undefined) return clean(hint);
  if (facts.kind === 'runtime-away') return 'the container engine is not usable from here; other instances go on.';
  return clean(message);
}

/** `operator:ann` → `ann`, the engine is `engine`; `client:ann` → `~ann`, for only the client itself says so. */
export function person(actor: string): string {
  return clean(actor.replace(/^(?:operator|user|agent|group|service):/, '').replace(/^client:/, '~'));
}

/** Names what is run, in one line without env values. */
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
