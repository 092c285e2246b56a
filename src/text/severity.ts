/** Orders instances and servers by how much they need an operator: the one order of lists, on the console and elsewhere. */
import type { InstanceView, UpstreamView } from '../engine/index.ts';

/** The worst first: what fails is never below what works, and what is off on purpose comes last. */
const order = ['failed', 'unhealthy', 'underway', 'degraded', 'unknown', 'well', 'off'] as const;

export type Severity = (typeof order)[number];

/** Smaller sorts first. */
export function rankOf(severity: Severity): number {
  return order.indexOf(severity);
}

/** Tells whether an operator has to look at it: failed and not ready again since, or running and failing its probe. */
export function isProblem(instance: InstanceView): boolean {
  const severity = instanceSeverity(instance);
  return severity === 'failed' || severity === 'unhealthy';
}

/** Failed until it is ready again: that the next attempt is under way mends nothing yet. */
export function instanceSeverity({ phase, health, retry, desired }: InstanceView): Severity {
  switch (phase) {
    case 'error':
      return 'failed';
    case 'pending':
    case 'starting':
      return retry !== undefined && desired === 'running' ? 'failed' : 'underway';
    case 'stopping':
      return 'underway';
    case 'running':
      return health === 'healthy' ? 'well' : health;
    case 'stopped':
      return 'off';
  }
}

/** A server as the router sees it; what its instances' health is, it is too. */
export function upstreamSeverity({ state, list, health }: UpstreamView): Severity {
  switch (state) {
    case 'ready':
      if (health === 'unhealthy') return 'unhealthy';
      return list.failure === undefined && health !== 'degraded' ? 'well' : 'degraded';
    case 'error':
      return 'failed';
    case 'stopped':
      return 'off';
    default:
      return 'underway';
  }
}
