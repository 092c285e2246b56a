/** Describes a server as an operator defines it: the engine adds id and times. */
import type { ServerInput } from '../../store/schema/server.ts';

export type ServerDraft = Omit<ServerInput, 'id' | 'revision' | 'createdAt' | 'updatedAt'> & {
  /** Text that looks as if something were to replace it (`${TOKEN}`, `~/notes`) is meant as it stands. */
  readonly literal?: boolean;
  /** Of old definitions: dropped. */
  readonly proxyMode?: unknown;
};
