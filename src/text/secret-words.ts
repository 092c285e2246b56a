/** Words of a secret's row: how it resolved last, who uses it, what mends it. */
import type { EpochMs } from '../kernel/clock.ts';
import type { SecretView } from '../engine/index.ts';
import { age } from './format.ts';

/** `✓ 9s ago`, `✗ 48s ago`; `-` when nothing has asked for it. */
export function resolveWords({ last }: SecretView, now: EpochMs): string {
  return last === undefined ? '-' : `${last.ok ? '✓' : '✗'} ${age(Math.max(0, now - last.at))} ago`;
}

/** `gitea GITEA_TOKEN, OTHER; jira url` */
export function usedByWords({ usedBy }: SecretView): string {
  return usedBy.map(({ server, entries }) => `${server} ${entries.join(', ')}`).join('; ');
}

/** Names the command that mends a secret that does not resolve. */
export function secretStep({ backend, path, state, step }: SecretView): string {
  if (step !== undefined) return step;
  if (backend === 'env') return `start the engine with ${path} set in its environment`;
  return state === 'missing' ? `mcptui create secret ${path}` : `mcptui describe secret ${path}`;
}
