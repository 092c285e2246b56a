/** Shows a secret as a row of the table. */
import type { EpochMs } from '../../../kernel/clock.ts';
import type { SecretView } from '../../../engine/index.ts';
import { clean, cut, widthOf } from '../../../text/clean.ts';
import { age, timeToLive } from '../../../text/format.ts';
import { resolveWords } from '../../../text/secret-words.ts';
import { cell, type Table } from '../../kit/table.ts';
import { glyphs, type Line, type Tone } from '../../kit/theme.ts';
import { isFailing } from './select.ts';

/** The state and its next step come before what only repeats the name. */
const leastState = 46;

export interface SecretContext {
  readonly now: EpochMs;
}

export function lookOf(row: SecretView): readonly [glyph: string, tone: Tone] {
  if (isFailing(row)) return [glyphs.bad, 'bad'];
  if (row.stale.length > 0) return [glyphs.warn, 'warn'];
  if (row.state === 'ok') return [glyphs.ok, 'ok'];
  return [glyphs.off, 'dim'];
}

/** What is wrong, and the next step. */
export function stateWords(row: SecretView): { readonly text: string; readonly step: string } {
  switch (row.state) {
    case 'missing':
      if (row.backend === 'file') return { text: clean(row.cause ?? 'no such entry'), step: 'u create it' };
      if (row.backend !== 'env') return { text: clean(row.cause ?? 'no such entry'), step: clean(row.step ?? '') };
      return { text: clean(row.cause ?? 'not set'), step: `start the engine with ${clean(row.path)} set` };
    case 'failing':
      return { text: clean(row.cause ?? 'it cannot be read'), step: clean(row.step ?? '') };
    case 'unused':
      return { text: 'no server uses it', step: '' };
    case 'unknown':
      return { text: 'not asked for yet', step: 'p test' };
    case 'ok':
      if (row.stale.length === 0) return { text: 'ok', step: '' };
      return { text: clean(`old value in ${row.stale.join(', ')}`), step: 'R restart' };
  }
}

function usersWord({ servers }: SecretView): string {
  const [first = '-', ...more] = servers;
  return more.length === 0 ? first : `${first} +${more.length}`;
}

/** Columns for the longest of these texts and the gap behind it, within bounds. */
function roomFor(
  rows: readonly SecretView[],
  text: (row: SecretView) => string,
  [least, most]: readonly [least: number, most: number],
): number {
  return Math.min(most, Math.max(least, ...rows.map((row) => widthOf(clean(text(row))) + 1)));
}

export const secretTable: Table<SecretView, SecretContext> = {
  grows: 'STATE',
  margin: 4,
  widths(width, rows) {
    const name = roomFor(rows, ({ path }) => path, [13, Math.max(13, Math.floor(width * 0.28))]);
    const used = roomFor(rows, usersWord, [9, width < 100 ? 14 : 24]);
    const aged = width < 90 ? 0 : 6;
    const last = width < 70 ? 0 : 14;
    const ends = width < 100 ? 0 : 6;
    const left = width - 4 - name - used - aged - last - ends - 8;
    // It says again what name and backend say: it is there where there is room.
    const wanted = roomFor(rows, ({ id }) => `secret:${id}`, [0, 32]);
    const path = left - wanted >= leastState ? wanted : 0;
    return {
      NAME: name,
      BACKEND: 8,
      PATH: path,
      'USED BY': used,
      'LAST RESOLVE': last,
      AGE: aged,
      TTL: ends,
      STATE: left - path,
    };
  },
  marker(row, selected) {
    const [glyph, tone] = lookOf(row);
    return [selected ? '▸ ' : '  ', [`${glyph} `, tone]];
  },
  columns: [
    { title: 'NAME', cell: ({ path }, width) => cell(clean(path), width) },
    { title: 'BACKEND', cell: ({ backend }, width) => cell(backend, width) },
    { title: 'PATH', cell: ({ id }, width) => cell(clean(`secret:${id}`), width, 'dim') },
    { title: 'USED BY', cell: (row, width) => cell(clean(usersWord(row)), width) },
    {
      title: 'LAST RESOLVE',
      cell: (row, width, { now }) => cell(resolveWords(row, now), width, row.last?.ok === false ? 'bad' : 'plain'),
    },
    { title: 'AGE', cell: ({ setAt }, width, { now }) => cell(setAt === undefined ? '-' : age(now - setAt), width) },
    {
      title: 'TTL',
      cell: ({ expiresAt }, width, { now }) => cell(expiresAt === undefined ? '-' : timeToLive(expiresAt - now), width),
    },
    { title: 'STATE', cell: (row, width) => stateSpans(row, width) },
  ],
};

/** The step is shown only whole. */
function stateSpans(row: SecretView, width: number): Line {
  const { text, step } = stateWords(row);
  const [, tone] = lookOf(row);
  const arrow = step === '' ? '' : ` → ${step}`;
  const room = width - widthOf(arrow);
  if (arrow === '' || room < Math.min(widthOf(text), 14)) return [[cut(text, width), tone]];
  return [[cut(text, room), tone], arrow];
}
