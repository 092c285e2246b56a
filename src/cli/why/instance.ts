/** Tells why an instance or a server is as it is: the wish, what failed and what that needs, and when it is tried again. Pure. */
import type { InstanceView, SecretView, UpstreamView } from '../../engine/index.ts';
import { age, countdown, plural } from '../../text/format.ts';
import { link, moment, type Chain, type Link } from './chain.ts';

export interface InstanceFacts {
  readonly now: number;
  readonly secrets: readonly SecretView[];
  /** An engine runs; else this is what was kept of the last one. */
  readonly isLive: boolean;
}

export function instanceChain(instance: InstanceView, facts: InstanceFacts): Chain {
  return { kind: 'instance', name: instance.name, links: instanceLinks(instance, facts) };
}

export interface ServerFacts extends InstanceFacts {
  readonly server: { readonly name: string; readonly replicas: number };
  readonly instances: readonly InstanceView[];
  readonly upstream: UpstreamView | undefined;
}

export function serverChain(facts: ServerFacts): Chain {
  const { server, instances, upstream, isLive } = facts;
  const head: Link[] = [];
  if (upstream !== undefined && isLive) {
    const why = upstream.reason === undefined ? '' : `: ${upstream.reason}`;
    head.push(
      link('agents', upstream.state === 'ready' ? 'reach it' : `do not reach it, it is ${upstream.state}${why}`),
    );
  }
  if (server.replicas === 0) head.push(link('wish', `no instance is wanted: mcptui scale ${server.name} 1`));
  else if (instances.length === 0) {
    head.push(
      link('wish', `${server.replicas} wanted; ${isLive ? 'none is made yet' : 'no engine runs: mcptui --daemon'}`),
    );
  }
  const links = instances.flatMap((instance) => [link('instance', instance.name), ...instanceLinks(instance, facts)]);
  return { kind: 'server', name: server.name, links: [...head, ...links] };
}

function instanceLinks(instance: InstanceView, facts: InstanceFacts): readonly Link[] {
  const { now, isLive } = facts;
  const { phase, health, healthReason, phaseSince, desired, desiredBy, desiredAt } = instance;
  const healthWords = phase === 'running' ? `, ${health}${healthReason === undefined ? '' : `: ${healthReason}`}` : '';
  const kept = isLive ? '' : ' when the last engine ended';
  return [
    link('phase', `${phase} for ${age(Math.max(0, now - phaseSince))}${healthWords}${kept}`),
    link('wish', `${desired}, since ${moment(desiredAt)} by ${desiredBy}`),
    ...causes(instance, facts),
    ...next(instance, now),
  ];
}

function causes(instance: InstanceView, { secrets }: InstanceFacts): readonly Link[] {
  const { failure, name, probe, phase } = instance;
  if (failure === undefined) {
    const lastError = phase === 'running' ? probe?.lastError : undefined;
    return lastError === undefined ? [] : [link('probe', lastError)];
  }
  const waited = secrets.filter(({ waiting }) => waiting.includes(name));
  return [
    link('cause', `${failure.code}: ${failure.message}`),
    ...waited.flatMap(({ name: secret, backend, state, cause, step }) => [
      link('secret', `${secret} is ${state}${cause === undefined ? '' : `: ${cause}`} (backend ${backend})`),
      ...(step === undefined ? [] : [link('step', step)]),
    ]),
    ...(failure.hint === undefined ? [] : [link('mend', failure.hint)]),
    link('explain', `mcptui explain ${failure.code}`),
  ];
}

function next({ phase, held, retry, failure, desired, name }: InstanceView, now: number): readonly Link[] {
  if (desired === 'stopped') return [link('next', `nothing, until mcptui start ${name}`)];
  if (held) return [link('next', `it is held: nothing, until mcptui retry ${name}`)];
  if (phase !== 'error') return [];
  const until = failure?.until === undefined ? '' : `, or when ${failure.until}`;
  if (retry === undefined) return [link('next', `tried again${until === '' ? ' soon' : until.slice(4)}`)];
  const tries = retry.attemptCount === 0 ? '' : ` after ${plural(retry.attemptCount, 'failure')} in a row`;
  return [
    link(
      'next',
      `tried again in ${countdown(Math.max(0, retry.nextRetryAt - now))}${tries}${until}; now: mcptui retry ${name}`,
    ),
  ];
}
