/** Ties a text to the pane or overlay that shows it: where the operator reads is kept there, and begins anew with another text. */
import type { PaneId } from '../../state/pane-id.ts';
import type { UiState } from '../../state/ui-store.ts';
import { newViewer, type ViewerState } from '../../state/viewer.ts';
import type { Ui } from '../ui.ts';
import type { Reading } from './model.ts';
import type { ViewerText } from './text.ts';

export interface TextDraft {
  /** Which text it is. */
  readonly of: string;
  readonly text: ViewerText;
  readonly width: number;
  readonly rows: number;
  /** Of the file that it is saved as: `gitea-1.log`. */
  readonly name: string;
  /** What is saved and paged, where that is more than the lines. */
  readonly whole?: () => string;
  /** What is saved and paged of a text whose lines stand side by side. */
  readonly inOneColumn?: ViewerText;
  /** Default: `start`. */
  readonly opensAt?: 'start' | 'end';
  /** Default: true. */
  readonly wraps?: boolean;
}

/** A text on screen, as it is read now. */
export interface ShownText extends Omit<TextDraft, 'of'>, Reading {
  /** Keeps where it is read from now on. */
  readonly put: (ui: Ui, view: ViewerState) => void;
}

/** A text in a pane. */
export function shownText(state: Pick<UiState, 'texts'>, pane: PaneId, draft: TextDraft): ShownText {
  const { of, ...text } = draft;
  const put = (ui: Ui, view: ViewerState): void => ui.set({ texts: { ...ui.state.texts, [pane]: { of, view } } });
  const kept = state.texts[pane];
  if (kept?.of === of) return { ...text, put, view: kept.view };
  return { ...text, put, view: { ...newViewer, top: draft.opensAt ?? 'start', wrap: draft.wraps ?? true } };
}

/** The view as Esc leaves it, a pattern less; undefined where there is none. */
export function withoutPatterns({ view }: ShownText): ViewerState | undefined {
  if (view.find !== '') return { ...view, find: '', found: undefined };
  if (view.hide !== '') return { ...view, hide: '' };
  return view.keep === '' ? undefined : { ...view, keep: '' };
}
