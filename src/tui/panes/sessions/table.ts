/** Shows a session as a row of the table, and an upstream as one of the list beside it. */
import type { EpochMs } from '../../../kernel/clock.ts';
import type { SessionView, UpstreamView } from '../../../engine/index.ts';
import { clean, fit } from '../../../text/clean.ts';
import { age, count, openWords } from '../../../text/format.ts';
import { gateWord } from '../../../text/gate-words.ts';
import { glyphs, type Span, type Tone } from '../../kit/theme.ts';
import { cacheWords, latencyWords, upstreamState } from '../../../text/upstream-words.ts';
import { cell, type Table } from '../../kit/table.ts';
import type { UiState } from '../../state/ui-store.ts';
import type { SessionRow } from './select.ts';

/** Marker, calls, errors and idle time. */
const fixed = 2 + 7 + 5 + 6;
const GATE_WIDTH = 8;

export const sessionTable: Table<SessionRow, UiState> = {
  grows: 'CLIENT',
  widths(width, rows) {
    // Where there is little room: who it is comes before where it works, unless that differs.
    const isNarrow = width < 64;
    const projects = new Set(rows.map(({ project }) => project)).size;
    const project = !isNarrow ? 10 : width >= 56 && projects > 1 ? 8 : 0;
    const agent = isNarrow ? (project > 0 ? 8 : 11) : 12;
    const aged = width < 78 ? 0 : 6;
    const open = width < 90 ? 0 : 9;
    // Where no project is gated the column would say nothing.
    const gate = rows.some((row) => row.gate !== undefined) ? GATE_WIDTH : 0;
    const left = width - fixed - project - agent - open - aged - gate;
    const client = Math.max(12, Math.min(32, left - 9));
    return {
      SESSION: Math.max(8, Math.min(32, left - client)),
      CLIENT: client,
      AGENT: agent,
      PROJECT: project,
      GATE: gate,
      CALLS: 7,
      ERR: 5,
      OPEN: open,
      IDLE: 6,
      AGE: aged,
    };
  },
  columns: [
    { title: 'SESSION', cell: ({ id }, width) => cell(clean(shortId(id, width - 1)), width) },
    { title: 'CLIENT', cell: ({ client }, width) => cell(clean(client), width) },
    { title: 'AGENT', cell: ({ agent }, width) => cell(clean(agent ?? '-'), width) },
    { title: 'PROJECT', cell: ({ project }, width) => cell(clean(project), width) },
    {
      title: 'GATE',
      cell: ({ gate }, width) =>
        gate?.state === 'gated' ? cell(`${glyphs.busy} gated`, width, 'busy') : cell(gateWord(gate), width),
    },
    { title: 'CALLS', cell: (session, width, _state, { OPEN = 0 }) => cell(callsWord(session, OPEN > 0), width) },
    { title: 'ERR', cell: ({ errors }, width) => cell(count(errors), width, errors > 0 ? 'bad' : 'plain') },
    {
      title: 'OPEN',
      cell: (session, width, { now }) => cell(openWords(session, now), width, isOld(session, now) ? 'warn' : 'plain'),
    },
    {
      title: 'IDLE',
      cell: ({ lastAt, endedAt }, width, { now }) => cell(endedAt === undefined ? age(now - lastAt) : 'ended', width),
    },
    { title: 'AGE', cell: ({ since }, width, { now }) => [fit(age(now - since), width)] },
  ],
};

/** Where open calls have no column they stand beside the calls, as `38+3`. */
function callsWord({ calls, open }: SessionView, hasColumn: boolean): string {
  return hasColumn || open === 0 ? count(calls) : `${calls}+${open}`;
}

/** A call that takes this long is worth a look. */
const oldMs = 60_000;

function isOld({ oldestAt }: SessionView, now: EpochMs): boolean {
  return oldestAt !== undefined && now - oldestAt >= oldMs;
}

/** Ids of one day begin alike: their end tells them apart. */
function shortId(id: string, width: number): string {
  return id.length <= width ? id : `…${id.slice(-Math.max(1, width - 1))}`;
}

interface UpstreamColumns {
  readonly name: number;
  /** 0: the glyph alone. */
  readonly state: number;
  readonly instances: number;
  readonly isolation: number;
}

const tail = 6 + 14 + 8 + 8 + 7;

function upstreamColumns(width: number): UpstreamColumns {
  const left = width - 4 - tail;
  const state = left < 20 ? 0 : left === 29 ? 9 : 10;
  const instances = left - state >= 20 ? 5 : 0;
  const isolation = left - state - instances >= 22 ? 9 : 0;
  return { name: Math.max(8, Math.min(33, left - state - instances - isolation)), state, instances, isolation };
}

export function upstreamHeading(width: number): readonly Span[] {
  const columns = upstreamColumns(width);
  const heads = [fit('UPSTREAM', columns.name), fit('STATE', columns.state), fit('INST', columns.instances)];
  heads.push(
    fit('FOR EACH', columns.isolation),
    fit('TOOLS', 6),
    fit('CACHE', 14),
    fit('P50', 8),
    fit('P95', 8),
    'ERR/5M',
  );
  return [[`    ${heads.join('')}`, 'dim']];
}

const stateTones: Readonly<Record<string, readonly [glyph: string, tone: Tone]>> = {
  ready: [glyphs.ok, 'ok'],
  error: [glyphs.bad, 'bad'],
  stopped: [glyphs.off, 'dim'],
  degraded: [glyphs.ok, 'warn'],
  unhealthy: [glyphs.warn, 'warn'],
};

export function upstreamSpans(width: number, upstream: UpstreamView, now: EpochMs, selected: boolean): readonly Span[] {
  const columns = upstreamColumns(width);
  const { list, errors5m } = upstream;
  const state = upstreamState(upstream);
  const [glyph, tone] = stateTones[state] ?? [glyphs.busy, 'busy'];
  const cacheTone: Tone = list.failure === undefined ? 'plain' : 'warn';
  const spans: readonly (readonly [string, Tone])[] = [
    [selected ? '▸ ' : '  ', 'plain'],
    [`${glyph} `, tone],
    [`${fit(clean(upstream.server), columns.name - 1)} `, 'plain'],
    [columns.state === 0 ? '' : `${fit(clean(state), columns.state - 1)} `, tone],
    [fit(String(upstream.instances), columns.instances), 'plain'],
    [fit(upstream.isolation === 'session' ? 'session' : 'all', columns.isolation), 'plain'],
    [fit(String(upstream.tools ?? '-'), 6), 'plain'],
    [fit(cacheWords(upstream, now), 14), cacheTone],
    [fit(latencyWords(upstream.p50Ms), 8), 'plain'],
    [fit(latencyWords(upstream.p95Ms), 8), 'plain'],
    [count(errors5m), errors5m > 0 ? 'bad' : 'plain'],
  ];
  if (!selected) return spans;
  return [[fit(spans.map(([text]) => text).join(''), width), 'mark']];
}
