/** Shows a prompt or a skill: its text, a diff, its history, who uses it. */
import { append } from '../../../kernel/append.ts';
import type {
  ContentDetail,
  EngineView,
  LinkView,
  PromptContent,
  PromptView,
  RevisionView,
  UnusualCharacters,
} from '../../../engine/index.ts';
import { clean, cleanLines, fit, wrap } from '../../../text/clean.ts';
import { person } from '../../kit/describe.ts';
import { diffDraft } from '../../kit/diff/text.ts';
import { age, count, plural, timeLabel } from '../../../text/format.ts';
import { summarySource } from '../../../text/summary-words.ts';
import { lastOf } from '../../state/memo.ts';
import { detailRoom, isInDetail } from '../../kit/split-pane.ts';
import { tabbedTitle, titleRoom } from '../../kit/tabbed-title.ts';
import type { Line } from '../../kit/theme.ts';
import { viewerRows } from '../../kit/viewer/paint.ts';
import { shownText, type ShownText, type TextDraft } from '../../kit/viewer/reading.ts';
import { plainLines, stillText } from '../../kit/viewer/text.ts';
import type { UiState } from '../../state/ui-store.ts';
import { historyOf, loadedOf, scopeOf, tabsOf, usersOf, promptList, type Shelved } from './select.ts';

/** `deploy-rules 1.4.2 · [Body] Diff History Bindings`; a long name gives way to the tabs. */
export function promptTitle(state: UiState): Line {
  const prompt = promptList.selected(state);
  if (prompt === undefined) return [`no ${state.prompts.shelf}`];
  const diff = state.prompts.tab === 'Diff' ? shownDiffOf(state, prompt) : undefined;
  const versions = diff === undefined ? clean(prompt.semver) : `${clean(diff.left)} → ${clean(diff.right)}`;
  const parts = { name: clean(prompt.name), versions, tabs: tabsOf(prompt.kind), active: state.prompts.tab };
  return tabbedTitle(parts, titleRoom(state));
}

/** Paints the lines of the tab that are on screen. */
export function promptLines(state: UiState): readonly Line[] {
  const prompt = promptList.selected(state);
  if (prompt === undefined) return [];
  const read = promptText(state);
  if (read !== undefined) return viewerRows(read);
  const { rows } = detailRoom(state);
  const lines = linesOf(state, prompt);
  const top =
    state.prompts.tab === 'History' ? Math.min(state.prompts.historyTop, Math.max(0, lines.length - rows)) : 0;
  return lines.slice(top, top + rows);
}

/** The tab as a text; undefined for the history, of which a row is chosen, in a peek, and until it is loaded. */
export function promptText(state: UiState): ShownText | undefined {
  const prompt = promptList.selected(state);
  const { rows, width, isPeek } = detailRoom(state);
  const { tab } = state.prompts;
  if (prompt === undefined || rows === 0 || (isPeek && tab !== 'Diff')) return undefined;
  const draft = draftOf(state, prompt);
  return draft === undefined ? undefined : shownText(state, 'prompts', { width, rows, ...draft });
}

function draftOf(state: UiState, prompt: Shelved): Omit<TextDraft, 'width' | 'rows'> | undefined {
  const { tab } = state.prompts;
  switch (tab) {
    case 'Body': {
      const loaded = loadedOf(state, prompt);
      if (loaded?.detail === undefined || loaded.error?.tab === tab) return undefined;
      const body = bodyOf(loaded.detail);
      const text = stillText(wholeBody(JSON.stringify(aboutLines(state, prompt, loaded.detail)), body));
      return { of: `${prompt.id} ${tab}`, text, name: `${prompt.name}.md`, whole: () => body };
    }
    case 'Diff': {
      const diff = shownDiffOf(state, prompt);
      if (diff === undefined) return undefined;
      const of = `${prompt.id} ${tab} ${diff.left} ${diff.right}`;
      return { of, name: `${prompt.name}.diff`, ...diffDraft(state, diff) };
    }
    case 'Bindings':
      return { of: `${prompt.id} ${tab}`, text: stillText(bindingLines(state, prompt)), name: `${prompt.name}.txt` };
    case 'History':
      return undefined;
  }
}

/** Text that agents read of a prompt; all files of a skill. */
function bodyOf({ view, content, text }: ContentDetail): string {
  return view.kind === 'prompt' ? (content as PromptContent).body : text;
}

/** Computed once while both stay the same. */
const wholeBody = lastOf((about: string, body: string): readonly Line[] => [
  ...(JSON.parse(about) as readonly Line[]),
  [],
  ...plainLines(body),
]);

function waiting({ prompts }: UiState): Line {
  const { loaded, tab } = prompts;
  if (loaded?.error?.tab === tab) return [[clean(loaded.error.message), 'warn']];
  return [['loading …', 'dim']];
}

function linesOf(state: UiState, prompt: Shelved): readonly Line[] {
  const loaded = loadedOf(state, prompt);
  const { width, isPeek } = detailRoom(state);
  switch (state.prompts.tab) {
    case 'Body': {
      if (loaded?.detail === undefined || loaded.error?.tab === 'Body')
        return [...aboutLines(state, prompt, undefined), waiting(state)];
      const about = aboutLines(state, prompt, loaded.detail);
      const body = bodyLines(bodyOf(loaded.detail), width);
      return isPeek ? [about[0] ?? [], ...body] : [...about, [], ...body];
    }
    case 'History':
      return loaded?.revisions === undefined ? [waiting(state)] : historyLines(state, prompt, loaded.revisions);
    case 'Bindings':
      return bindingLines(state, prompt);
    case 'Diff':
      return [waiting(state)];
  }
}

/** Only what a reader needs before the text: who, when, how long, what is odd. */
function aboutLines(state: UiState, prompt: Shelved, detail: ContentDetail | undefined): readonly Line[] {
  const { width } = detailRoom(state);
  const names = detail?.variables ?? [];
  const facts = [
    `by ${person(prompt.updatedBy)} ${age(state.now - prompt.updatedAt)} ago`,
    clean(scopeOf(prompt)),
    ...kindFacts(prompt),
    ...(detail === undefined ? [] : [`≈${count(detail.tokens)} tokens`]),
    ...(names.length === 0 ? [] : [names.map((name) => `{{${clean(name)}}}`).join(' ')]),
  ];
  const lines = wrap(facts.join(' · '), width).map((text): Line => [[text, 'dim']]);
  append(lines, summaryLines(prompt, width));
  if (prompt.kind === 'prompt') append(lines, linkLines(prompt, { width, now: state.now }));
  const unusual = detail?.unusual ?? [];
  if (unusual.length > 0)
    append(
      lines,
      wrap(unusualText(unusual), width).map((text): Line => [[text, 'warn']]),
    );
  return lines;
}

/** Its own words plain, others with where they are from; then what it is about. */
function summaryLines(row: Shelved, width: number): readonly Line[] {
  const lines = wrap(clean(row.summary), width).map((text): Line => [text]);
  if (row.kind === 'skill') return row.summary === '' ? [] : lines;
  const { gist = '', tags = [] } = row;
  const made =
    gist === '' ? [] : wrap(clean(`${gist} (${summarySource(row)})`), width).map((text): Line => [[text, 'dim']]);
  const about =
    tags.length === 0 ? [] : wrap(clean(`tags ${tags.join(', ')}`), width).map((text): Line => [[text, 'dim']]);
  return [...(row.summary === '' ? made : lines), ...about];
}

function kindFacts(row: Shelved): readonly string[] {
  if (row.kind === 'skill') return [plural(row.files.length, 'file')];
  return [`priority ${row.priority}`, ...(row.read === 'worn' ? ['when worn'] : [])];
}

/** One a link: what it is, how it does, why, and what to do. */
function linkLines({ links = [] }: PromptView, { width, now }: { width: number; now: number }): readonly Line[] {
  return links.flatMap((link) =>
    wrap(linkText(link, now), width).map((text): Line => [[text, linkTones[link.health]]]),
  );
}

const linkTones = { alive: 'plain', unknown: 'dim', dead: 'bad' } as const;

function linkText({ ref, kind, health, reason = '', next = '', checkedAt }: LinkView, now: number): string {
  const agoMs = now - (checkedAt ?? now);
  // Not by the second: what is shown of a long text would be made anew each time.
  const checked =
    checkedAt === undefined
      ? ''
      : agoMs < 60_000
        ? ', checked just now'
        : `, checked ${age(agoMs - (agoMs % 60_000))} ago`;
  const place = kind === 'prompt' ? 'begins with' : 'ends with';
  if (health === 'alive') return `${place} ${clean(ref)}, read live${kind === 'prompt' ? '' : checked}`;
  const why = reason === '' ? '' : `: ${clean(reason)}`;
  const then = next === '' ? '' : ` → ${clean(next)}`;
  if (health === 'dead') return `✗ links ${clean(ref)}, dead${why}${checked}${then} · F names another`;
  return `? ${place} ${clean(ref)}, not known to be there${why}${checked}${then}`;
}

/** `▲ 3 unusual characters: \u202e ×1 changes the direction of text`. */
function unusualText(unusual: readonly UnusualCharacters[]): string {
  const total = unusual.reduce((sum, one) => sum + one.count, 0);
  const kinds = unusual.map(({ shown, what, count: times }) => `${clean(shown)} ×${times} ${clean(what)}`);
  return `▲ ${count(total)} unusual character${total === 1 ? '' : 's'}: ${kinds.join(' · ')}`;
}

/** The body as agents get it, wrapped; computed once for a body and a width. */
const bodyLines = lastOf((body: string, width: number): readonly Line[] =>
  cleanLines(body).flatMap((line) => wrapLine(line, width).map((text): Line => [text])),
);

/** Wraps without losing the indent of the line. */
function wrapLine(line: string, width: number): readonly string[] {
  const indent = /^ */.exec(line)?.[0].slice(0, Math.floor(width / 2)) ?? '';
  return wrap(line.slice(indent.length), width - indent.length).map((text) => indent + text);
}

function historyLines(state: UiState, prompt: Shelved, revisions: readonly RevisionView[]): readonly Line[] {
  const { at, marks } = historyOf(state, prompt);
  const focused = isInDetail(state);
  const widest = revisions.reduce((longest, { semver }) => Math.max(longest, semver.length), 5);
  return revisions.map((revision, index): Line => {
    const mark = marks.includes(revision.semver) ? '*' : ' ';
    const origin =
      revision.restored === undefined
        ? revision.proposal === undefined
          ? ''
          : ` · from ${clean(revision.proposal)}`
        : ` · restores ${clean(revision.restored)}`;
    return [
      [focused && index === at ? '▸' : ' ', 'accent'],
      [`${mark} `, 'accent'],
      [fit(clean(revision.semver), widest + 1), focused && index === at ? 'strong' : 'plain'],
      [revision.isCurrent ? 'live ' : '     ', 'ok'],
      fit(person(revision.author), 12),
      [fit(timeLabel(revision.at, state.now, state.time), 10), 'dim'],
      clean(revision.note),
      [origin, 'dim'],
    ];
  });
}

function bindingLines({ view }: UiState, prompt: Shelved): readonly Line[] {
  return view === undefined ? [] : usedBy(view.prompts, view.personalities, prompt);
}

const usedBy = lastOf((...[prompts, personalities, prompt]: Used): readonly Line[] => {
  const users = usersOf(prompts, personalities, prompt.ref);
  if (users.length > 0) return users.map(({ ref, how }): Line => [clean(ref), ['  ', 'plain'], [how, 'dim']]);
  const own = {
    global: 'every agent',
    project: `agents of project ${clean(prompt.project ?? '')}`,
    agent: `agent ${clean(prompt.agent ?? '')}`,
  };
  return [[`no personality binds it, nothing links to it; ${own[prompt.scope]} can read it`]];
});

type Used = readonly [prompts: EngineView['prompts'], personalities: EngineView['personalities'], prompt: Shelved];

/** The diff that is loaded for what is chosen. */
function shownDiffOf(state: UiState, prompt: Shelved) {
  const diff = loadedOf(state, prompt)?.diff;
  const { pair } = historyOf(state, prompt);
  return diff !== undefined && String(diff.pair) === String(pair) ? diff.view : undefined;
}
