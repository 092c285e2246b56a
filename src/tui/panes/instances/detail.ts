/** Shows the selected instance: three lines that say what is wrong, then one tab. */
import type { InstanceView } from '../../../engine/index.ts';
import { clean, wrap } from '../../../text/clean.ts';
import { describeInstance, describeLastKnown, explain, retryIn, secretLine, sourceLine } from '../../kit/describe.ts';
import { age, progress } from '../../../text/format.ts';
import { blockingSecret } from '../../kit/secrets.ts';
import { layoutOf } from '../../kit/layout.ts';
import { heardAt, selectedInstance, serverOf } from '../../kit/instances.ts';
import type { Span, Tone, Line } from '../../kit/theme.ts';
import { detailTabs } from '../../state/panes/instances.ts';
import type { UiState } from '../../state/ui-store.ts';
import { isInDetail } from '../../kit/split-pane.ts';
import { viewerRows } from '../../kit/viewer/paint.ts';
import type { ShownText } from '../../kit/viewer/reading.ts';
import { tabText } from './tabs.ts';

export interface DetailView {
  readonly head: readonly Line[];
  /** On screen of the tab. */
  readonly lines: readonly Line[];
  /** Rows of the table of variables. */
  readonly total: number;
  readonly page: number;
  /** The text of the tab, where it is one. */
  readonly read: ShownText | undefined;
}

const nothing: DetailView = { head: [], lines: [], total: 0, page: 1, read: undefined };
let last: { readonly key: readonly unknown[]; readonly view: DetailView } | undefined;

/** Computed once per change of what it shows. */
export function detailView(state: UiState): DetailView {
  const instance = selectedInstance(state);
  if (instance === undefined) return nothing;
  const key = [
    instance,
    state.detail,
    state.now,
    state.link,
    state.size,
    state.zoomed,
    state.time,
    state.view?.servers,
    state.texts,
    state.logs,
  ];
  if (last !== undefined && key.every((part, index) => part === last?.key[index])) return last.view;
  const { detail: rows, columns } = layoutOf(state);
  const width = columns - 4;
  const peek = rows <= 3;
  const head = headLines(state, instance, width, peek);
  const spaced = peek ? head.slice(0, rows) : [...head, []];
  const page = Math.max(1, rows - spaced.length);
  const { tab, of, data } = state.detail;
  const isTable = tab === 'Env' && of === instance.id && data !== undefined && data.env.length > 0;
  const view = isTable
    ? // An entry of the table takes two rows, its heading and foot three.
      { ...nothing, head: spaced, total: data.env.length, page: Math.max(1, Math.floor((page - 3) / 2)) }
    : { head: spaced, page, ...(peek ? {} : textOf(tabText(state, instance, { width, rows: page }))), total: 0 };
  last = { key, view: { ...nothing, ...view } };
  return last.view;
}

function textOf(read: ShownText | string): Pick<DetailView, 'lines' | 'read'> {
  if (typeof read === 'string') return { lines: [[[read, 'dim']]], read: undefined };
  const lines = viewerRows(read);
  return { lines: lines.length > 0 ? lines : [[['no line matches · Esc shows all again', 'dim']]], read };
}

/** The text that has the keys; undefined for the table of variables, and while the list has them. */
export function detailText(state: UiState): ShownText | undefined {
  return isInDetail(state) ? detailView(state).read : undefined;
}

function headLines(state: UiState, instance: InstanceView, width: number, peek: boolean): Line[] {
  const now = heardAt(state);
  const isAway = state.link.state === 'lost';
  const words = isAway ? describeLastKnown(instance, now) : describeInstance(instance, now);
  const since = age(now - instance.phaseSince);
  const server = serverOf(state, instance);
  const secret = secretLine(instance, server);
  if (instance.phase !== 'error') {
    const health: Line =
      instance.phase === 'running' ? [['health ', 'dim'], [words.health, words.healthTone], '   '] : [];
    const run: Line = [['runs  ', 'dim'], server === undefined ? clean(instance.runs ?? '-') : sourceLine(server)];
    const lease = leaseLine(state, instance);
    const state1: Line = [['state ', 'dim'], [words.state, words.tone], ` since ${since}   `, ...health];
    const why: Line = [['why   ', 'dim'], words.reason === '' ? '-' : words.reason];
    const step: Line = words.step === '' ? [] : [` → ${words.step}`];
    return [[...state1, ...idSpans(instance, width)], [...why, ...step], ...(lease === undefined ? [] : [lease]), run];
  }
  const attempt: Line = isAway ? ['not known while the engine is away'] : attemptSpans(instance, now);
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
  const blocking = blockingSecret(instance);
  const key = blocking === undefined ? keyWords(words.key) : `u secret ${clean(blocking.path)}`;
  const tryLine: Line = [...attempt, [`   ${key}`, 'strong']];
  return [
    ...(width < 100 ? [stateLine, [['tries ', 'dim'] as const, ...tryLine]] : [[...stateLine, ...tryLine]]),
    ...labelled('code', wrap(`${code}   ${what}`, width - 6), 'bad', code.length),
    ...fixLines(instance, width),
  ];
}

/** The key that helps before the one that always may. */
function keyWords(key: string): string {
  return key === '' || key === 'R retry' ? 'R retry now' : `${key}  R retry now`;
}

/** What mends it, else what there is to know beyond the code. */
function fixLines({ failure }: InstanceView, width: number): Line[] {
  if (failure === undefined) return labelled('why', ['-']);
  if (failure.hint !== undefined) return labelled('fix', wrap(clean(failure.hint), width - 6));
  return failure.facts.kind === 'runtime-away' ? labelled('why', wrap(explain(failure), width - 6)) : [];
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
  const invalid =
    instance.invalidLines > 0
      ? `   ${instance.invalidLines} ${instance.invalidLines === 1 ? 'line on stdout is' : 'lines on stdout are'} not JSON-RPC`
      : '';
  return [
    [clean(id === '' ? '' : `${instance.runtime} ${id}`), 'dim'],
    [invalid, 'warn'],
  ];
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
