/** Puts the secrets of an engine together: what is built in, what operators have defined, and what is known of each. */
import type { Clock } from '../../kernel/clock.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { EngineParts } from '../engine-parts.ts';
import type { Fleet } from '../instances/fleet.ts';
import { allDefinitions } from '../models/program.ts';
import { BackendBook } from './backends/backend-book.ts';
import type { Masker } from './masker.ts';
import { SecretBook } from './secret-book.ts';

export interface EngineSecretsParts extends Pick<EngineParts, 'secrets' | 'commandEnv'> {
  readonly clock: Clock;
  readonly db: Database<Shape>;
  readonly masker: Masker;
  readonly fleet: () => Fleet;
  readonly changed: () => void;
}

export function engineSecrets({
  clock,
  db,
  secrets,
  commandEnv,
  masker,
  fleet,
  changed,
}: EngineSecretsParts): SecretBook {
  const defined = new BackendBook({ clock, db, builtIn: secrets, masker, commandEnv: commandEnv ?? {}, changed });
  return new SecretBook({
    clock,
    backends: { ...secrets, named: (name) => defined.source(name) },
    defined,
    servers: () => allDefinitions(db),
    lives: () => fleet().all(),
    changed,
  });
}
