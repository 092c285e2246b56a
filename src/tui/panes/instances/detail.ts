/** Shows the selected instance: three lines that say what is wrong, then one tab. */
import type { InstanceDetail, InstanceView, LogLine } from '../../../engine/index.ts';
import { clean, cleanLines, drop, fit, wrap } from '../../../text/clean.ts';
import { describeInstance, explain, retryIn, secretLine, sourceLine } from '../../kit/describe.ts';
import { age, clockTime, progress, timeLabel } from '../../../text/format.ts';
import { layoutOf } from '../../kit/layout.ts';
import { selectedInstance, serverOf } from '../../kit/instances.ts';
import type { Span, Tone, Line } from '../../kit/theme.ts';
import { detailTabs } from '../../state/panes/instances.ts';
import type { UiState } from '../../state/ui-store.ts';

export interface DetailView {
  readonly head: readonly Line[];
  readonly lines: readonly Line[];
  readonly total: number;
  /** Lines of the tab on screen. */
  readonly page: number;
}

const nothing: DetailView = { head: [], lines: [], total: 0, page: 1 };
let last: { readonly key: readonly unknown[]; readonly view: DetailView } | undefined;

/** Computed once per change of what it shows. */
export function detailView(state: UiState): DetailView {
  const instance = selectedInstance(state);
  if (instance === undefined) return nothing;
  const key = [instance, state.detail, state.now, state.size, state.zoomed, state.time, state.view?.servers];
  if (last !== undefined && key.every((part, index) => part === last?.key[index])) return last.view;
  const { detail: rows, columns } = layoutOf(state);
  const width = columns - 4;
  const peek = rows <= 3;
  const head = headLines(state, instance, width, peek);
  const spaced = peek ? head.slice(0, rows) : [...head, []];
  const lines = peek ? [] : tabLines(state, instance, width);
  const page = Math.max(1, rows - spaced.length);
  const { tab, of, data } = state.detail;
  const isTable = tab === 'Env' && of === instance.id && data !== undefined;
  // An entry of the table takes two rows, its heading and foot three.
  const view = isTable
    ? { head: spaced, lines, total: data.env.length, page: Math.max(1, Math.floor((page - 3) / 2)) }
    : { head: spaced, lines, total: lines.length, page };
  last = { key, view };
  return view;
}

function headLines(state: UiState, instance: InstanceView, width: number, peek: boolean): Line[] {
  const words = describeInstance(instance, state.now);
  const since = age(state.now - instance.phaseSince);
  const server = serverOf(state, instance);
  const secret = secretLine(instance, server);
  if (instance.phase !== 'error') {
    const health: Line =
      instance.phase === 'running' ? [['health ', 'dim'], [words.health, words.healthTone], '   '] : [];
    const run: Line = [['runs  ', 'dim'], server === undefined ? '-' : sourceLine(server)];
    const lease = leaseLine(state, instance);
    const state1: Line = [['state ', 'dim'], [words.state, words.tone], ` since ${since}   `, ...health];
    const why: Line = [['why   ', 'dim'], words.reason === '' ? '-' : words.reason];
    const step: Line = words.step === '' ? [] : [` → ${words.step}`];
    return [[...state1, ...idSpans(instance, width)], [...why, ...step], ...(lease === undefined ? [] : [lease]), run];
  }
  const attempt = attemptSpans(instance, state.now);
  const code = instance.failure?.code ?? 'FAILED';
  const what = secret ?? clean(instance.failure?.message ?? instance.retry?.reason ?? '');
  if (peek) {
    const explained = instance.failure === undefined ? '' : explain(instance.failure);
    return [
      [[secret === undefined ? `${code} ` : '', 'bad'], what],
      [...attempt, `   ${words.step}`],
      [[explained, 'dim']],
    ];
  }
  const stateLine: Line = [['state ', 'dim'], [words.state, 'bad'], ` since ${since}   `];
  const tryLine: Line = [...attempt, ['   R retry now', 'strong']];
  return [
    ...(width < 100 ? [stateLine, [['tries ', 'dim'] as const, ...tryLine]] : [[...stateLine, ...tryLine]]),
    ...labelled('code', wrap(`${code}   ${what}`, width - 6), 'bad', code.length),
    ...labelled('why', wrap(instance.failure === undefined ? '-' : explain(instance.failure), width - 6)),
  ];
}

/** The session that has the instance; undefined where none has, or where sessions share it. */
function leaseLine(state: UiState, { lease }: InstanceView): Line | undefined {
  if (lease === undefined) return undefined;
  const since = age(state.now - lease.since);
  return [['lease ', 'dim'], clean(lease.client), [`   ${clean(lease.sessionId)}   since ${since}`, 'dim']];
}

/** Lines under one label; the first `length` letters of the first one in a tone of their own. */
function labelled(label: string, lines: readonly string[], tone: Tone = 'plain', length = 0): Line[] {
  return lines.slice(0, 3).map((text, index): Line => {
    if (index > 0) return ['      ', text];
    return [[label.padEnd(6), 'dim'], [text.slice(0, length), tone], text.slice(length)];
  });
}

function attemptSpans(instance: InstanceView, now: number): Line {
  const { retry } = instance;
  if (retry === undefined) return [instance.held ? 'held: no retry is planned' : 'no retry is planned'];
  const wait = retry.nextRetryAt - retry.lastAttemptAt;
  const left = Math.min(wait, Math.max(0, retry.nextRetryAt - now));
  const attempts = `attempt ${retry.attemptCount} (30s ×5, then 5m)`;
  if (instance.held) return [`${attempts}   `, ['held', 'warn']];
  return [
    `${attempts}   next retry `,
    [retryIn(instance, now), 'strong'],
    ' ',
    [progress(wait <= 0 ? 1 : 1 - left / wait, 16), 'accent'],
  ];
}

function idSpans(instance: InstanceView, width: number): Line {
  if (width < 90) return [];
  const id = instance.containerId?.slice(0, 12) ?? (instance.pid === undefined ? '' : `pid ${instance.pid}`);
  const invalid = instance.invalidLines > 0 ? `   ${instance.invalidLines} lines on stdout were not JSON-RPC` : '';
  return [
    [clean(id === '' ? '' : `${instance.runtime} ${id}`), 'dim'],
    [invalid, 'warn'],
  ];
}

function tabLines(state: UiState, instance: InstanceView, width: number): Line[] {
  const { tab, of, data, logs, error } = state.detail;
  if (tab === 'Raw') return rawLines(instance, state, width);
  if (of !== instance.id) return [[['loading …', 'dim']]];
  if (error !== undefined) return [[[`not available: ${clean(error)}`, 'warn']]];
  if (tab === 'Logs') return logs === undefined ? [[['loading …', 'dim']]] : instanceLogLines(logs, state.detail.left);
  if (data === undefined) return [[['loading …', 'dim']]];
  switch (tab) {
    case 'Events':
      return eventLines(data, state);
    case 'Spec':
      return cleanLines(JSON.stringify(data.spec, hideValues, 2)).map((text): Line => [drop(text, state.detail.left)]);
    case 'Env':
      return data.env.length === 0 ? [[['it is started without environment entries', 'dim']]] : [];
    case 'Tools':
      return toolLines(data, width);
  }
}

/** Literal values of env entries may be anything: names are enough here. */
function hideValues(this: unknown, key: string, value: unknown): unknown {
  const holder = this as { readonly name?: unknown } | undefined;
  return key === 'value' && typeof value === 'string' && typeof holder?.name === 'string' ? '(a literal)' : value;
}

function eventLines(data: InstanceDetail, state: UiState): Line[] {
  if (data.events.length === 0) return [[['nothing happened yet', 'dim']]];
  return [...data.events].reverse().map((event): Line => {
    const since = event.since === undefined ? '' : ` since ${clockTime(event.since)}`;
    const times: Line = event.count > 1 ? [[`  ×${event.count}${since}`, 'dim']] : [];
    const tone = event.kind === 'error' ? 'bad' : 'plain';
    const at = fit(timeLabel(event.at, state.now, state.time), 10);
    return [[at, 'dim'], [fit(clean(event.kind), 10), tone], drop(clean(event.message), state.detail.left), ...times];
  });
}

export function instanceLogLines(logs: readonly LogLine[], left: number): Line[] {
  if (logs.length === 0) return [[['it has written nothing yet', 'dim']]];
  return logs.map((line): Line => [
    [`${clockTime(line.at)} `, 'dim'],
    [fit(line.stream, 7), line.stream === 'engine' ? 'accent' : 'dim'],
    drop(clean(line.text), left),
  ]);
}

function toolLines(data: InstanceDetail, width: number): Line[] {
  if (data.tools.length === 0) return [[['it offers no tools, or has not been asked yet', 'dim']]];
  const widest = Math.min(32, Math.max(...data.tools.map(({ name }) => clean(name).length)) + 2);
  return data.tools.map((tool): Line => {
    const about = clean(tool.description ?? tool.title ?? '').split('\\n')[0] ?? '';
    return [fit(clean(tool.name), widest), [fit(about, Math.max(0, width - widest)), 'dim']];
  });
}

function rawLines(instance: InstanceView, state: UiState, width: number): Line[] {
  const text = JSON.stringify(instance, null, 2);
  return cleanLines(text)
    .flatMap((line) => wrap(line, width))
    .map((line): Line => [drop(line, state.detail.left)]);
}

/** `[Events] Spec Env Tools Logs Raw` in the divider above the detail. */
export function detailTitle(state: UiState, instance: InstanceView): Line {
  const tabs = detailTabs.map((tab): Span => (tab === state.detail.tab ? [`[${tab}]`, 'strong'] : tab));
  return [
    [clean(instance.name), 'strong'],
    ' · ',
    ...tabs.flatMap((tab, index): Span[] => (index === 0 ? [tab] : [' ', tab])),
  ];
}
