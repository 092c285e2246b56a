/** Paints the four rows around a pane: header, tabs, hints, status. */
import { append } from '../../kernel/append.ts';
import type { RuntimeView } from '../../engine/index.ts';
import { bindingsOf, kindOf, textOf } from './bindings.ts';
import { clean, cut, widthOf } from '../../text/clean.ts';
import { age, clockTime } from '../../text/format.ts';
import { focusesOf, keyLabel, type Binding } from '../kit/keymap.ts';
import { paneList, paneOf } from './panes.ts';
import { problemCount } from '../kit/instances.ts';
import type { Pane } from '../kit/pane.ts';
import { noticeMarks } from '../kit/notice-marks.ts';
import { glyphs, row, spansWidth, spread, type Span, type Tone } from '../kit/theme.ts';
import type { UiState } from '../state/ui-store.ts';

export interface Chrome {
  readonly header: string;
  readonly tabs: string;
  readonly hints: string;
  readonly status: string;
}

export function chrome(state: UiState): Chrome {
  return { header: header(state), tabs: tabs(state), hints: hints(state), status: status(state) };
}

interface Component {
  readonly glyph: string;
  readonly tone: Tone;
  readonly name: string;
  readonly short: string;
  /** What there is to say; with a problem this is never left out. */
  readonly text: string;
  readonly problem: boolean;
}

/** Engine, container engines, router, store, audit chain and bugs, as far as there is something to say. */
export function components(state: UiState): readonly Component[] {
  const { view, link, now } = state;
  const engine = engineComponent(state);
  if (view === undefined || link.state === 'lost') return [engine];
  const { runtimes, storage, bugs } = view.info;
  const found: Component[] = [
    { ...engine, text: age(now - view.info.startedAt) },
    ...Object.entries(runtimes).flatMap(([kind, runtime]) => runtimeComponent(kind, runtime)),
    {
      ...okay,
      name: 'router',
      short: 'rtr',
      text: `${view.sessions.size} ${view.sessions.size === 1 ? 'agent' : 'agents'}`,
    },
  ];
  if (storage.kind !== 'ok') {
    found.push({ ...problem, name: 'store', short: 'sto', text: `${storage.kind}: ${clean(storage.reason)}` });
  }
  if (view.audit.chain === 'broken') found.push({ ...problem, name: 'audit', short: 'aud', text: 'chain broken' });
  if (view.audit.lost > 0) {
    found.push({ ...problem, name: 'audit', short: 'aud', text: `${view.audit.lost} events lost` });
  }
  if (bugs > 0) {
    const text = `${bugs} → audit`;
    found.push({ ...problem, name: 'bugs', short: 'bug', text });
  }
  return found;
}

const okay = { glyph: glyphs.ok, tone: 'ok', problem: false } as const;
const problem = { glyph: glyphs.warn, tone: 'warn', problem: true } as const;

function engineComponent({ engine, link, now }: UiState): Component {
  const name = { name: 'engine', short: 'eng' };
  if (typeof engine === 'object') return { ...problem, glyph: glyphs.bad, tone: 'bad', ...name, text: 'did not start' };
  if (engine === 'starting') return { ...name, glyph: glyphs.busy, tone: 'busy', text: 'starting', problem: true };
  if (link.state === 'attached') return { ...okay, ...name, text: '' };
  return { ...problem, glyph: glyphs.bad, tone: 'bad', ...name, text: `lost ${age(now - link.since)}, reconnecting` };
}

/** Nothing for a runtime that is a part of mcptui. */
function runtimeComponent(kind: string, { outside, ...state }: RuntimeView): readonly Component[] {
  if (outside === undefined) return [];
  const name = { name: kind, short: outside.short };
  if (state.kind === 'ok') return [{ ...okay, ...name, text: clean(state.version) }];
  if (state.kind === 'unused') return [{ ...name, glyph: glyphs.off, tone: 'dim', text: 'unused', problem: false }];
  return [{ ...problem, glyph: glyphs.bad, tone: 'bad', ...name, text: state.kind.replace('-', ' ') }];
}

function header(state: UiState): string {
  const { style, size, now, host, project } = state;
  const all = components(state);
  const access = `${host.readOnly ? 'RO' : 'RW'}${state.unlocked === undefined ? '' : ' KEY OPEN'}`;
  if (size.columns < 80) {
    const worst = all.find((component) => component.problem) ?? all[0];
    const shown: readonly Span[] = worst === undefined ? [] : ['  ', ...componentSpans(worst, true)];
    return spread(
      style,
      size.columns,
      [...brand(host.demo), ...shown],
      [`${project === undefined ? '' : `${cut(clean(project), 12)} `}${access} ${clockTime(now).slice(0, 5)} `],
    );
  }
  if (size.columns < 120) {
    const spans = all.flatMap((component): Span[] => [
      ' ',
      [component.glyph, component.tone],
      component.problem ? `${component.short} ${component.text}` : component.short,
    ]);
    return spread(
      style,
      size.columns,
      [...brand(host.demo), ...spans],
      [` ${cut(clean(project ?? 'all'), 16)} ${access} ${clockTime(now).slice(0, 5)} `],
    );
  }
  const spans = all.flatMap((component): Span[] => ['  ', ...componentSpans(component, false)]);
  return spread(
    style,
    size.columns,
    [...brand(host.demo), ...spans],
    [` project ${cut(clean(project ?? 'all'), 24)} · ${access} · ${clockTime(now)} `],
  );
}

function brand(demo: boolean): readonly Span[] {
  return demo
    ? [
        [' mcptui', 'strong'],
        [' DEMO', 'accent'],
      ]
    : [[' mcptui', 'strong']];
}

function componentSpans({ glyph, tone, name, text }: Component, short: boolean): Span[] {
  return [[`${glyph} `, tone], short && text === '' ? name : `${name} ${text}`.trimEnd()];
}

function tabs(state: UiState): string {
  const { style, size } = state;
  const compact = size.columns < 120;
  const named = compact
    ? [tabSpans(state, ({ short }) => short)]
    : [tabSpans(state, ({ title }) => title), tabSpans(state, ({ title, snug }) => snug ?? title)];
  const help = '? help';
  // Where not all names fit, the pane in front keeps its own.
  const bare = (pane: Pane): string => (pane.id !== state.pane ? '' : compact ? pane.short : pane.title);
  const spans =
    named.find((all, at) => spansWidth(all) + (at === named.length - 1 ? 2 : help.length) <= size.columns) ??
    tabSpans(state, bare);
  return compact
    ? spread(style, size.columns, spans, ['? '])
    : row(style, size.columns, [...spans, spansWidth(spans) + widthOf('? help') <= size.columns ? '? help' : '?']);
}

function tabSpans(state: UiState, nameOf: (pane: Pane) => string): readonly Span[] {
  const compact = state.size.columns < 120;
  const spans: Span[] = [' '];
  for (const pane of paneList) {
    const badge = pane.badge(state);
    const isInFront = pane.id === state.pane;
    const name = nameOf(pane);
    const label = `${pane.number}${name === '' ? '' : ` ${name}`}${badge === '' ? '' : ` ${badge}`}`;
    const failing: Tone = badge.includes('!') ? 'bad' : 'plain';
    spans.push(isInFront ? [`[${label}] `, 'strong'] : [`${label}${compact ? ' ' : '  '}`, failing]);
  }
  return spans;
}

function hints(state: UiState): string {
  const { style, size, overlay } = state;
  if (overlay !== undefined) return row(style, size.columns, [` ${kindOf(overlay).hint(overlay)}`]);
  if (state.engine !== 'ready') return row(style, size.columns, [' q quit']);
  if (size.columns < 80) return spread(style, size.columns, [' ? keys  . actions'], [`${selectedName(state)} `]);
  const gap = size.columns < 120 ? ' ' : '  ';
  const spans: Span[] = [' '];
  const name = selectedName(state);
  const room = size.columns - (size.columns < 120 ? 0 : widthOf(name) + 2) - widthOf(`${gap}. all actions`) - 1;
  for (const binding of bindingsOf(state)) {
    const label = hintOf(binding, state);
    if (label === undefined) continue;
    const next: Span[] = [[keyLabel(binding.keys[0] ?? ''), 'accent'], ` ${label}${gap}`];
    if (spansWidth(spans) + spansWidth(next) > room) break;
    append(spans, next);
  }
  spans.push(['.', 'accent'], ' all actions');
  return spread(style, size.columns, spans, size.columns < 120 ? [] : [`${name} `]);
}

/** The label of a key that works now in this pane; undefined for the others. */
function hintOf(binding: Binding, state: UiState): string | undefined {
  if (binding.hint === undefined || binding.keys.length === 0 || !focusesOf(state).includes(binding.focus))
    return undefined;
  return binding.refusal(state) === undefined ? binding.hint(state) : undefined;
}

function selectedName(state: UiState): string {
  return cut(paneOf(state).selectedName?.(state) ?? '', 24);
}

/** The key of an action with what it does; nothing while it has none. */
function keySpans(state: UiState, id: string, words: string): readonly Span[] {
  const key = bindingsOf(state).find((binding) => binding.id === id)?.keys[0];
  return key === undefined ? [] : [[keyLabel(key), 'accent'], ` ${words}`, '  '];
}

function status(state: UiState): string {
  const { style, size, overlay, notice } = state;
  const typed = overlay === undefined ? undefined : kindOf(overlay).status?.(state, overlay);
  if (typed !== undefined) return row(style, size.columns, typed);
  const problems = state.view === undefined ? 0 : problemCount(state.view.instances);
  const finds = textOf(state) !== undefined;
  const left: Span[] = [' ', ...keySpans(state, 'app.palette', 'command')];
  append(left, keySpans(state, finds ? 'text.find' : 'list.filter', finds ? 'find' : 'filter'));
  if (size.columns >= 120 && state.pane === 'instances')
    append(left, keySpans(state, 'instances.problems', `problems only (${problems})`));
  while (left.at(-1) === '  ') left.pop();
  if (notice === undefined) return row(style, size.columns, left);
  const [mark, tone] = noticeMarks[notice.tone];
  const undoLeft = notice.undo === undefined ? 0 : Math.max(0, Math.floor((notice.undo.until - state.now) / 1000));
  const can =
    notice.undo === undefined ? '' : ` · ${notice.undo.key} ${notice.undo.key === 'z' ? 'undo' : 'redo'} ${undoLeft}s`;
  const more = notice.until === undefined ? ' · Esc' : can;
  // A long notice takes the place of the fixed hints rather than losing its end.
  const width = widthOf(mark) + widthOf(notice.text) + widthOf(more) + 1;
  const fixed = width + spansWidth(left) <= size.columns ? left : [' '];
  const text = cut(notice.text, size.columns - spansWidth(fixed) - widthOf(mark) - widthOf(more) - 1);
  return spread(style, size.columns, fixed, [
    [mark, tone],
    [text, tone === 'ok' ? 'plain' : tone],
    [`${more} `, 'dim'],
  ]);
}
