/** Says what a change of a server would do, before it is done: each field, and which instances. Pure. */
import type { Server } from '../../store/schema/server.ts';
import type { LiveInstance } from '../instances/live-instance.ts';
import { loginEffect, type FieldChange, type LoginEffect } from './definition-changes.ts';
import { literalSecrets } from './literal-secrets.ts';
import type { Update } from './update-server.ts';

/** Data: consoles and the command line make their words of it. */
export interface ServerPlan {
  readonly server: string;
  /** The live revision, on which the change is made; undefined for a deleted server that comes back. */
  readonly revision?: number;
  /** Empty: it would be as it is. */
  readonly changes: readonly FieldChange[];
  /** Instances that are restarted one after the other, each once its calls in flight have ended. */
  readonly restarts: readonly string[];
  /** Failed ones that are tried at once with the new definition. */
  readonly retries: readonly string[];
  /** Failed ones whose retries an operator has stopped: nothing happens to them. */
  readonly held: readonly string[];
  readonly login?: LoginEffect;
  /** What an operator should look at twice: secrets that are stored as they stand. */
  readonly notes: readonly string[];
}

export function serverPlan({ before, after, changes }: Update, instances: readonly LiveInstance[]): ServerPlan {
  const mine = instances.filter(({ record }) => record.serverId === after.id && record.desired === 'running');
  const isRestart = changes.some(({ effect }) => effect === 'restart');
  const failed = changes.length === 0 ? [] : mine.filter(({ phase }) => phase === 'error');
  const login = before === undefined ? undefined : loginEffect(before, after);
  return {
    server: after.name,
    ...(before === undefined ? {} : { revision: before.revision }),
    changes,
    restarts: isRestart ? names(mine.filter(({ phase }) => phase === 'running' || phase === 'starting')) : [],
    retries: names(failed.filter(({ record }) => !record.held)),
    held: names(failed.filter(({ record }) => record.held)),
    ...(login === undefined ? {} : { login }),
    notes: newNotes(before, after),
  };
}

function names(instances: readonly LiveInstance[]): readonly string[] {
  return instances.map(({ name }) => name).toSorted();
}

/** Those that the definition has not given rise to before. */
function newNotes(before: Server | undefined, after: Server): readonly string[] {
  const known = new Set(before === undefined ? [] : literalSecrets(before));
  return literalSecrets(after).filter((note) => !known.has(note));
}
