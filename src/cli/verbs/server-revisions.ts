/** Runs `get revisions server`, `diff server` and `restore server`: the past of a definition. */
import { InvalidArgumentError } from 'commander';
import type { Clock } from '../../kernel/clock.ts';
import type { DiffView, Engine, ServerRevisionView } from '../../engine/index.ts';
import { age } from '../../text/format.ts';
import type { Context } from '../context.ts';
import type { Column } from '../output.ts';
import { update, updateOptions, type UpdateFlags } from './edit-server.ts';

/** `3`, `rev 3`'s number; `live` and nothing are undefined. @throws InvalidArgumentError */
export function revisionNumber(text: string | undefined): number | undefined {
  if (text === undefined || text === 'live') return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`${JSON.stringify(text)} is no revision of a server: use a number from 1, or live`);
}

export function serverRevisionColumns(clock: Clock): readonly Column<ServerRevisionView>[] {
  return [
    { title: 'REV', value: (row) => String(row.number) },
    { title: 'LIVE', value: (row) => (row.isCurrent ? 'live' : '') },
    { title: 'AUTHOR', value: (row) => row.author },
    { title: 'AGE', value: (row) => age(clock.now() - row.at) },
    { title: 'HASH', value: (row) => row.hash },
    { title: 'CHANGED', value: (row) => row.changed.join(', ') || '-' },
    { title: 'FROM', value: (row) => (row.restored === undefined ? '-' : `restores ${row.restored}`) },
    { title: 'NOTE', value: (row) => row.note },
  ];
}

export function diffServer({ commands }: Engine, name: string, left?: string, right?: string): Promise<DiffView> {
  return commands.diffServer(name, revisionNumber(left), revisionNumber(right));
}

export async function restoreServer(
  context: Context,
  engine: Engine,
  name: string,
  revision: string,
  flags: UpdateFlags,
): Promise<void> {
  const number = revisionNumber(revision);
  if (number === undefined) throw new InvalidArgumentError('name the revision that comes back: a number from 1');
  await update(context, engine, name, { revision: number }, flags, updateOptions(flags));
}
