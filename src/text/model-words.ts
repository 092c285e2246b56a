/** Says how a model does and what it has used today. Pure. */
import type { EpochMs } from '../kernel/clock.ts';
import { IDLE, type InstanceView, type ModelView } from '../engine/index.ts';
import { age, count, duration } from './format.ts';

/** `ok`, `2 failed`, `paused 41s`; of a managed one that does not run `loading`, `idle`, `stopped`, `failed`. */
export function modelState({ health: { failures, pausedUntil }, program }: ModelView, now: EpochMs): string {
  if (program !== undefined && program.state !== 'ready') return program.state;
  if (pausedUntil !== undefined && pausedUntil > now) return `paused ${age(pausedUntil - now)}`;
  return failures === 0 ? 'ok' : `${failures} failed`;
}

/** Of today, and of how many: `1,204/200,000`. */
export function modelTokens({ dailyTokens, health: { used } }: ModelView): string {
  const all = count(used.tokensIn + used.tokensOut);
  return dailyTokens === undefined ? all : `${all}/${count(dailyTokens)}`;
}

type Run = NonNullable<ModelView['run']>;

/** As its instance is. */
export function programState({ phase, desired, desiredBy }: InstanceView): NonNullable<ModelView['program']>['state'] {
  switch (phase) {
    case 'pending':
    case 'starting':
      return 'loading';
    case 'running':
      return 'ready';
    case 'error':
      return 'failed';
    case 'stopping':
      return 'stopping';
    case 'stopped':
      if (desired === 'running') return 'loading';
      return desiredBy === IDLE ? 'idle' : 'stopped';
  }
}

/** What is run, without its environment. */
export function runLine({ source, runtime }: Run): string {
  switch (source.kind) {
    case 'image':
      return [source.image, ...source.command].join(' ');
    case 'package':
      return [source.package, ...source.args, `(${runtime})`].join(' ');
    case 'command':
      return [...source.command, ...(source.cwd === undefined ? [] : [`(in ${source.cwd})`])].join(' ');
  }
}

export function whenWords({ warm, idleMs }: Run): string {
  if (warm === 'always') return 'always';
  return `from the first session that may need it, until nobody has asked it for ${duration(idleMs)}`;
}
