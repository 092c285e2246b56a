/** Shows over the pane what an agent had been shown by a moment of its session, and goes from change to change of it. */
import type { SeenItem, SeenReport } from '../../engine/index.ts';
import { clean, cleanLines } from '../../text/clean.ts';
import { bytesText, timeLabel } from '../../text/format.ts';
import { missingWords, seenLines, seenName } from '../../text/seen-words.ts';
import { box } from '../kit/box.ts';
import { bind, type Binding } from '../kit/keymap.ts';
import { layoutOf } from '../kit/layout.ts';
import type { OverlayKind } from '../kit/overlay.ts';
import type { Line } from '../kit/theme.ts';
import { failureText, type Ui } from '../kit/ui.ts';
import { viewerRows, viewerWords } from '../kit/viewer/paint.ts';
import { withoutPatterns, type ShownText } from '../kit/viewer/reading.ts';
import { stillText } from '../kit/viewer/text.ts';
import { lastOf } from '../state/memo.ts';
import type { SawState } from '../state/overlays.ts';
import type { UiState } from '../state/ui-store.ts';
import { newViewer } from '../state/viewer.ts';

/** Lines of one list that are shown; the rest is in what `S` saves. */
const mostLines = 5_000;

/** As of event `n`; now without it. */
export function openSaw(ui: Ui, session: string, n?: number): void {
  const overlay: SawState = { kind: 'saw', key: {}, session, report: undefined, view: newViewer };
  ui.open(overlay);
  ask(ui, overlay, n);
}

function ask(ui: Ui, overlay: SawState, n: number | undefined): void {
  const { commands } = ui;
  if (commands === undefined) return ui.notify('info', 'the engine is still starting');
  commands.sessionSaw(overlay.session, { texts: true, ...(n === undefined ? {} : { n }) }).then(
    (report) => {
      const opened = ui.opened<SawState>(overlay);
      if (opened !== undefined) ui.put({ ...opened, report });
    },
    (error: unknown) => {
      ui.notify('bad', failureText(error));
      const opened = ui.opened<SawState>(overlay);
      if (opened?.report === undefined) ui.close(opened);
    },
  );
}

const textOf = lastOf((report: SeenReport | undefined, now: number, time: UiState['time']) => {
  if (report === undefined) return stillText([['asking …']]);
  if (report.items.length === 0) return stillText([['It had been shown nothing by then.']]);
  return stillText(report.items.flatMap((item) => itemLines(item, now, time)));
});

function itemLines(item: SeenItem, now: number, time: UiState['time']): readonly Line[] {
  const { n, at, bytes, hash, masked } = item;
  const kept = hash === undefined ? '' : ` · sha256 ${hash.slice(0, 12)}`;
  const secret = masked === true ? ' · secret values masked' : '';
  const since = `  since #${n} ${timeLabel(at, now, time).trim()} · ${bytesText(bytes)}${kept}${secret}`;
  const head: Line = [
    [clean(seenName(item)), 'accent'],
    [since, 'dim'],
  ];
  const missing = missingWords(item);
  if (missing !== undefined) return [head, [`  ${missing}`], []];
  const lines = seenLines(item).flatMap(({ text, isHead }): Line[] =>
    cleanLines(text).map((line): Line => ['  ', [line, isHead === true ? 'strong' : 'plain']]),
  );
  const shown = lines.slice(0, mostLines);
  const left = lines.length - shown.length;
  return [head, ...shown, ...(left === 0 ? [] : [[`  and ${left} lines more: S saves all`] as Line]), []];
}

function shownOf(state: UiState, overlay: SawState): ShownText {
  const { columns, body } = layoutOf(state);
  const { report, session, view } = overlay;
  // A label that says how long ago would make the text anew each second.
  const style = state.time === 'relative' ? 'local' : state.time;
  return {
    text: textOf(report, 0, style),
    view,
    width: Math.max(8, columns - 4),
    rows: Math.max(1, body - 2),
    name: `saw-${session}-${report?.n ?? 'nothing'}.json`,
    whole: () => `${JSON.stringify(report ?? {}, null, 2)}\n`,
    put(ui, next) {
      const opened = ui.opened<SawState>(overlay);
      if (opened !== undefined) ui.put({ ...opened, view: next });
    },
  };
}

const open = ({ overlay }: UiState): SawState | string =>
  overlay?.kind === 'saw' ? overlay : 'nothing that an agent saw is open: W opens it in the sessions of pane 5';

const step = (way: 'earlier' | 'later'): Binding =>
  bind({
    id: `saw.${way}`,
    keys: [way === 'earlier' ? '(' : ')'],
    focus: 'saw',
    help: way === 'earlier' ? 'before the last change of it' : 'after the next change of it',
    target(state): { readonly overlay: SawState; readonly n: number } | string {
      const overlay = open(state);
      if (typeof overlay === 'string') return overlay;
      const n = overlay.report?.[way];
      return n === undefined
        ? `it was shown nothing ${way === 'earlier' ? 'before that' : 'after that'}`
        : { overlay, n };
    },
    run: ({ overlay, n }, ui) => ask(ui, overlay, n),
  });

const keymap: readonly Binding[] = [
  step('earlier'),
  step('later'),
  bind({
    id: 'saw.back',
    keys: ['esc'],
    focus: 'saw',
    help: 'show all again, then close it',
    repeats: true,
    target: open,
    run(overlay, ui) {
      const read = shownOf(ui.state, overlay);
      const whole = withoutPatterns(read);
      if (whole === undefined) ui.close();
      else read.put(ui, whole);
    },
  }),
  bind({
    id: 'saw.close',
    keys: ['q', 'W'],
    focus: 'saw',
    help: 'close it',
    target: open,
    run: (_overlay, ui) => ui.close(),
  }),
];

/** `What …B92BWF9R saw · cursor 3.0 · as of #1204 14:02:07`. */
function titleOf({ report, session }: SawState, { time }: UiState): string {
  if (report === undefined) return `What ${session} saw`;
  const { n, at, client } = report;
  const when =
    n === undefined || at === undefined
      ? ''
      : ` · as of #${n} ${timeLabel(at, at, time === 'utc' ? 'utc' : 'local').trim()}`;
  return `What ${session.length > 12 ? `…${session.slice(-8)}` : session} saw · ${client}${when}`;
}

export const sawOverlay: OverlayKind<SawState> = {
  keymap,
  focuses: () => ['saw', 'viewer', 'move'],
  text: shownOf,
  view(state, overlay) {
    const { columns, body } = layoutOf(state);
    const read = shownOf(state, overlay);
    const lines = viewerRows(read).map((line): Line => [' ', ...line]);
    const title = clean(titleOf(overlay, state));
    return { top: 0, rows: box(state.style, columns, body, [[title, 'strong']], viewerWords(read), lines) };
  },
  hint: () => '( ) earlier, later · ↑ ↓ PgUp PgDn scroll · / find · & - lines · w wrap · S save as sent · Esc closes',
};
