/** Flags of a project that say how long the names of tools may be. */
import { InvalidArgumentError } from 'commander';
import { defined } from '../../kernel/defined.ts';
import type { ProjectChange } from '../../engine/index.ts';

export interface NameFlags {
  readonly toolNameLimit?: number;
  readonly clientPrefix?: string;
}

export function nameChange({ toolNameLimit, clientPrefix }: NameFlags): ProjectChange {
  return defined({ toolNameLimit, clientPrefix });
}

/** @throws InvalidArgumentError for anything else */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('use a whole number, such as 64');
  return value;
}
