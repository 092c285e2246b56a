/** Words what an edit of a server does: each field, then what becomes of instances and of the login. Pure. */
import type { ChangeEffect, FieldChange, ServerPlan } from '../engine/index.ts';
import { clean } from './clean.ts';

const EFFECTS: Readonly<Record<ChangeEffect, string>> = {
  now: 'holds at once',
  start: 'holds from the next start on',
  replicas: 'instances come or go',
  restart: 'restart',
};

/** Seconds that calls in flight have, as people are told. */
const DRAIN = '30s';
const MAX_VALUE = 60;

/** Lines, most important last; one sentence when nothing changes. */
export function planLines(plan: ServerPlan): readonly string[] {
  if (plan.changes.length === 0 && plan.revision !== undefined) return [`server ${plan.server} is as it was`];
  const width = Math.max(0, ...plan.changes.map(({ field }) => field.length));
  return [...plan.changes.map((change) => changeLine(change, width)), ...consequences(plan)];
}

/** Tells what happens to running instances; empty when nothing does. */
export function consequences({
  restarts,
  retries,
  held,
  login,
  changes,
  revision,
  notes,
}: ServerPlan): readonly string[] {
  const needsRestart = changes.some(({ effect }) => effect === 'restart');
  const one = restarts.length === 1;
  return [
    ...(revision === undefined ? ['it was deleted: it comes back with its past, and without a login'] : []),
    ...(restarts.length === 0
      ? needsRestart && retries.length === 0 && held.length === 0
        ? ['nothing of it runs: it holds from the next start on']
        : []
      : [
          `restarts ${restarts.join(', ')}${one ? '' : ', one after the other'}, ${one ? 'when its' : 'each when its'} calls in flight have ended (at most ${DRAIN})`,
        ]),
    ...(restarts.length === 0 && !needsRestart && retries.length === 0 && changes.length > 0
      ? ['nothing is restarted']
      : []),
    ...(retries.length === 0 ? [] : [`tries ${retries.join(', ')} again at once`]),
    ...(held.length === 0 ? [] : [`leaves ${held.join(', ')} held: mcptui retry ${held[0] ?? ''}`]),
    ...(login === 'kept' ? ['its login is kept: the URL has the same origin'] : []),
    ...(login === 'again' ? ['its login is not: the URL has another origin, so log in again if it asks for that'] : []),
    ...notes,
  ];
}

/** In one line: `env LOG_LEVEL, image`. */
export function changedFields({ changes }: ServerPlan): string {
  return changes.map(({ field }) => field).join(', ');
}

function changeLine({ field, before, after, effect }: FieldChange, width: number): string {
  const moved =
    before === undefined
      ? `+ ${short(after ?? '')}`
      : after === undefined
        ? `- ${short(before)}`
        : `${short(before)} → ${short(after)}`;
  return `${field.padEnd(width)}  ${moved}  (${EFFECTS[effect]})`;
}

function short(value: string): string {
  const shown = clean(value);
  return shown.length > MAX_VALUE ? `${shown.slice(0, MAX_VALUE - 1)}…` : shown;
}
