/** Shows a personality: its bindings in order, the text that an agent is sent, what differs from the default. */
import type { Composition, CompositionPart, DiffView, PersonalityView, PromptView } from '../../../engine/index.ts';
import { clean, cleanLines, fit, widthOf, wrap } from '../../../text/clean.ts';
import { diffDraft } from '../../kit/diff/text.ts';
import { count, plural } from '../../../text/format.ts';
import { lastOf } from '../../state/memo.ts';
import { detailRoom, isInDetail } from '../../kit/split-pane.ts';
import { tabbedTitle, titleRoom } from '../../kit/tabbed-title.ts';
import { glyphs, type Span, type Line } from '../../kit/theme.ts';
import { viewerRows } from '../../kit/viewer/paint.ts';
import { shownText, type ShownText } from '../../kit/viewer/reading.ts';
import { plainLines, stillText } from '../../kit/viewer/text.ts';
import type { UiState } from '../../state/ui-store.ts';
import { agentOf, bindingAt, bindingsOf, promptAt, personalityList } from './select.ts';
import { personalityTabs, type LoadedPersonality } from '../../state/panes/personalities.ts';

/** `careful · [Bindings] Preview Diff`; a long name gives way to the tabs. */
export function personalityTitle(state: UiState): Line {
  const row = personalityList.selected(state);
  if (row === undefined) return ['no personality'];
  const { tab } = state.personalities;
  const diff = tab === 'Diff' ? loadedOf(state, row)?.diff : undefined;
  const versions = diff === undefined ? clean(row.semver) : `${clean(diff.left)} → ${clean(diff.right)}`;
  return tabbedTitle({ name: clean(row.name), versions, tabs: personalityTabs, active: tab }, titleRoom(state));
}

function loadedOf({ personalities }: UiState, row: PersonalityView): LoadedPersonality | undefined {
  return personalities.loaded?.of === row.id ? personalities.loaded : undefined;
}

/** Paints the lines of the tab that are on screen. */
export function personalityLines(state: UiState): readonly Line[] {
  const row = personalityList.selected(state);
  if (row === undefined) return [];
  const read = personalityText(state);
  if (read !== undefined) return viewerRows(read);
  const { rows } = detailRoom(state);
  const lines = linesOf(state, row);
  const top = topOfBindings(state, lines.length);
  return lines.slice(top, top + rows);
}

/** The first line on screen of the bindings, which are a list. */
export function topOfBindings(state: UiState, total: number): number {
  const { rows, isPeek } = detailRoom(state);
  const { tab, bindingsTop } = state.personalities;
  return isPeek || tab !== 'Bindings' ? 0 : Math.min(bindingsTop, Math.max(0, total - rows));
}

/** Lines of the bindings; 0 in tabs that are texts. */
export function bindingLineCount(state: UiState): number {
  const row = personalityList.selected(state);
  return row === undefined || state.personalities.tab !== 'Bindings' ? 0 : linesOf(state, row).length;
}

/** Makes a text of what an agent is sent, or of what differs; undefined for the bindings, in a peek, and until it is loaded. */
export function personalityText(state: UiState): ShownText | undefined {
  const row = personalityList.selected(state);
  const { rows, width, isPeek } = detailRoom(state);
  const { tab } = state.personalities;
  if (row === undefined || rows === 0 || (isPeek && tab !== 'Diff')) return undefined;
  const loaded = loadedOf(state, row);
  if (loaded === undefined || loaded.error !== undefined) return undefined;
  const { composition, diff } = loaded;
  const draft = { of: `${row.id} ${tab}`, width, rows };
  if (tab === 'Preview' && composition !== undefined) {
    return shownText(state, 'personalities', {
      ...draft,
      text: stillText(previewLines(aboutText(composition), composition.text)),
      name: `${row.name}.md`,
      whole: () => composition.text,
    });
  }
  if (tab === 'Diff' && diff !== undefined && !isSame(diff)) {
    return shownText(state, 'personalities', { ...draft, name: `${row.name}.diff`, ...diffDraft(state, diff) });
  }
  return undefined;
}

const previewLines = lastOf((about: string, text: string): readonly Line[] => [
  [[about, 'dim']],
  [],
  ...plainLines(text),
]);

function isSame({ added, removed }: DiffView): boolean {
  return added === 0 && removed === 0;
}

function waiting(state: UiState, row: PersonalityView): Line {
  const error = loadedOf(state, row)?.error;
  return error === undefined ? [['loading …', 'dim']] : [[clean(error), 'warn']];
}

function linesOf(state: UiState, row: PersonalityView): readonly Line[] {
  const loaded = loadedOf(state, row);
  const composition = loaded?.error === undefined ? loaded?.composition : undefined;
  const { tab } = state.personalities;
  if (tab === 'Bindings') return bindingLines(state, row, composition);
  if (tab === 'Diff') {
    if (loaded?.error !== undefined || loaded?.diff === undefined || !isSame(loaded.diff)) return [waiting(state, row)];
    return [[`nothing differs: it is what ${clean(row.agent)} is sent now`]];
  }
  if (composition === undefined) return [waiting(state, row)];
  const { width } = detailRoom(state);
  return [[[aboutText(composition), 'dim']], [], ...textLines(composition.text, width)];
}

/** `≈1,904 tokens · 3 prompts · exactly as sent in project ops`. */
function aboutText({ tokens, parts, project, omitted }: Composition): string {
  const left = omitted.length === 0 ? '' : ` · ${plural(omitted.length, 'prompt')} left out: too long`;
  return `≈${count(tokens)} tokens · ${plural(parts.length, 'prompt')} · exactly as sent in project ${clean(project)}${left}`;
}

/** Computed once for a text and a width. */
const textLines = lastOf((text: string, width: number): readonly Line[] =>
  cleanLines(text).flatMap((line) => wrap(line, width).map((part): Line => [part])),
);

function bindingLines(state: UiState, row: PersonalityView, composition: Composition | undefined): readonly Line[] {
  const refs = bindingsOf(state, row);
  const at = bindingAt(state, row);
  const focused = isInDetail(state);
  const { width, isPeek } = detailRoom(state);
  const tokens = composition === undefined ? '' : `≈${count(composition.tokens)} tokens`;
  const isNew = state.personalities.order?.of === row.id;
  const head: Line = isNew
    ? [
        ['▲ order not saved: enter saves it, X drops it', 'warn'],
        [tokens === '' ? '' : ` · ${tokens}`, 'dim'],
      ]
    : [[`prompts in build order${tokens === '' ? '' : ` · assembled ${tokens}`}`, 'dim']];
  const names = refs.map((ref) => clean(promptAt(state, ref)?.name ?? ref));
  const widest = names.reduce((longest, name) => Math.max(longest, widthOf(name)), 8);
  const room = Math.min(widest + 2, Math.max(12, width - 38));
  const lines = refs.map((ref, index): Line => {
    const chosen = focused && index === at;
    return [
      [chosen ? '▸' : ' ', 'accent'],
      `${String(index + 1).padStart(2)} `,
      ...bindingSpans(state, row, ref, composition, { room, chosen }),
    ];
  });
  if (refs.length === 0) lines.push(['no prompt is bound: b binds some']);
  const error = loadedOf(state, row)?.error;
  const failed: readonly Line[] = error === undefined ? [] : [[[clean(error), 'bad']]];
  if (isPeek) return [...failed, ...lines];
  return [head, ...lines, ...failed, ...alsoLines(composition)];
}

function bindingSpans(
  state: UiState,
  row: PersonalityView,
  ref: string,
  composition: Composition | undefined,
  { room, chosen }: { readonly room: number; readonly chosen: boolean },
): readonly Span[] {
  const prompt = promptAt(state, ref);
  const tone = chosen ? 'strong' : 'plain';
  if (prompt === undefined) {
    return [
      [`${glyphs.bad} `, 'bad'],
      [`${clean(ref)}  `, tone],
      ['refused: it is not there any more', 'bad'],
    ];
  }
  const what: Span = [
    `${fit(clean(prompt.name), room - 1)} ${fit(placeWord(prompt), 14)} ${fit(clean(prompt.semver), 8)}`,
    tone,
  ];
  const part = composition?.parts.find((one) => one.ref === ref);
  if (composition === undefined) return ['  ', what];
  if (part !== undefined) return [[`${glyphs.ok} `, 'ok'], what, [`≈${count(part.tokens)}`, 'dim']];
  if (composition.omitted.includes(ref)) return [[`${glyphs.warn} `, 'warn'], what, ['left out: too long', 'warn']];
  const project = agentOf(state, row)?.project ?? 'default';
  return [[`${glyphs.bad} `, 'bad'], what, [`refused: SCOPE, not of ${clean(project)}`, 'bad']];
}

/** `agent-direct`, `global`, `project:ops`. */
function placeWord({ scope, project = '' }: PromptView): string {
  return scope === 'agent' ? 'agent-direct' : scope === 'global' ? scope : `project:${clean(project)}`;
}

/** What comes with it from elsewhere: the agent's own, the project's, the global ones. Thousands are possible: made once. */
const alsoLines = lastOf((composition: Composition | undefined): readonly Line[] => {
  const others = composition?.parts.filter(({ from }) => from !== 'personality') ?? [];
  if (others.length === 0) return [];
  const line = ({ ref, semver, from, tokens }: CompositionPart): Line => [
    [`      ${clean(ref)} ${clean(semver)} · ${from} · ≈${count(tokens)}`, 'dim'],
  ];
  return [[], [['and after them, as every session of this agent', 'dim']], ...others.map(line)];
});
