/** Numbers and instants as operators read them. */
import type { EpochMs } from '../kernel/clock.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** kubectl's style: `4s`, `3m18s`, `41m`, `2h`, `2d4h`, `12d`. A negative age is 0. */
export function age(ms: number): string {
  const value = Math.max(0, ms);
  if (value < minute) return `${Math.floor(value / second)}s`;
  if (value < 10 * minute) return pair(value, minute, 'm', second, 's');
  if (value < hour) return `${Math.floor(value / minute)}m`;
  if (value < 10 * hour) return pair(value, hour, 'h', minute, 'm');
  if (value < day) return `${Math.floor(value / hour)}h`;
  if (value < 10 * day) return pair(value, day, 'd', hour, 'h');
  return `${Math.floor(value / day)}d`;
}

function pair(value: number, big: number, bigUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((value % big) / small);
  return `${Math.floor(value / big)}${bigUnit}${rest === 0 ? '' : `${rest}${smallUnit}`}`;
}

/** Time left: `4m12s`, `0:18` under a minute, `now` when due. */
export function countdown(ms: number): string {
  const left = Math.ceil(ms / second);
  if (left <= 0) return 'now';
  if (left < 60) return `0:${String(left).padStart(2, '0')}`;
  if (left < 3600) return `${Math.floor(left / 60)}m${String(left % 60).padStart(2, '0')}s`;
  return `${Math.floor(left / 3600)}h${String(Math.floor((left % 3600) / 60)).padStart(2, '0')}m`;
}

/** Time left to a probe: `52s`, `4m12s`. */
export function timeLeft(ms: number): string {
  const left = Math.max(0, Math.ceil(ms / second));
  return left < 60 ? `${left}s` : countdown(ms);
}

/** Until something goes by itself: `27d`, `4m12s`, `over`. */
export function timeToLive(ms: number): string {
  return ms <= 0 ? 'over' : age(ms);
}

/** `0.4ms`, `31ms`, `2.4s`, `3m18s`. */
export function duration(ms: number): string {
  if (ms < 1) return `${ms.toFixed(1)}ms`;
  if (ms < second) return `${Math.round(ms)}ms`;
  if (ms < minute) return `${(ms / second).toFixed(1)}s`;
  return age(ms);
}

/** `14:02:11` in local time. */
export function clockTime(at: EpochMs): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

const two = (value: number): string => String(value).padStart(2, '0');

export type TimeStyle = 'local' | 'relative' | 'utc';

/** Seven to nine columns: `14:02:11`, `3m18s ago`, `14:02:11Z`; an older day as `12d ago`. */
export function timeLabel(at: EpochMs, now: EpochMs, style: TimeStyle): string {
  if (style === 'relative') return `${age(now - at)} ago`;
  if (now - at >= day) return `${age(now - at)} ago`;
  return style === 'utc' ? `${new Date(at).toISOString().slice(11, 19)}Z` : clockTime(at);
}

const bars = '▁▂▃▄▅▆▇█';

/** The newest `width` samples, a column each: `x` for a failure, else a bar from 10 ms or less to 5 s or more, by logarithm. */
export function sparkline(samples: readonly (number | null)[], width: number): string {
  return samples
    .slice(-width)
    .map((sample) => (sample === null ? 'x' : barOf(sample)))
    .join('');
}

function barOf(ms: number): string {
  const level = (Math.log(Math.max(10, ms) / 10) / Math.log(500)) * bars.length;
  return bars[Math.min(bars.length - 1, Math.floor(level))] ?? '▁';
}

/** `███░░░`: `done` of 1. */
export function progress(done: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, done)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

/** `1,234`. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** Requests that are with servers, those that wait as `+N`, and how old the oldest is once that says something. */
export function openWords(calls: { open: number; waiting?: number; oldestAt?: number }, now: number): string {
  const waiting = calls.waiting === undefined || calls.waiting === 0 ? '' : `+${calls.waiting}`;
  const oldMs = calls.oldestAt === undefined ? 0 : now - calls.oldestAt;
  return `${calls.open}${waiting}${oldMs < 10 * second ? '' : ` ${age(oldMs)}`}`;
}

/** `1 server`, `2 servers`. */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** `512 B`, `12.3 KiB`, `5.0 MiB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / (1024 * 1024)).toFixed(1)} MiB`;
}
