/** Handles all input: from what the terminal sent to what happens. */
import { editField, insertText } from '../kit/field.ts';
import type { InputEvent } from '../kit/keys.ts';
import { findBinding, focusesOf, keyLabel, type Binding, type Focus } from '../kit/keymap.ts';
import { isTooSmall, layoutOf } from '../kit/layout.ts';
import { isInDetail } from '../kit/split-pane.ts';
import { plain } from '../kit/theme.ts';
import { guardMs } from '../kit/overlay.ts';
import type { Ui } from '../kit/ui.ts';
import { isQuitQuestion } from '../overlays/question.ts';
import type { Overlay } from '../state/overlays.ts';
import { bindingsOf, kindOf } from './bindings.ts';
import { frameOf, overlayWhenSmall } from './frame.ts';
import { paneOf } from './panes.ts';

/** What ends the console or answers a question wants this much silence around it: a key inside a burst was not meant. */
export const calmMs = 100;
/** Two ctrl-c within this time quit. */
const interruptMs = 2000;

/** Memory of input between two keys; times are monotonic. */
export interface InputMemory {
  lastInputAt: number;
  interruptedAt: number;
  /** Inputs so far. */
  count: number;
}

export function newInputMemory(): InputMemory {
  return { lastInputAt: -Infinity, interruptedAt: -Infinity, count: 0 };
}

export function handleInput(ui: Ui, memory: InputMemory, event: InputEvent): void {
  const now = ui.clock.monotonicMs();
  const quietMs = now - memory.lastInputAt;
  ui.keys.touch();
  memory.count += 1;
  memory.lastInputAt = now;
  // Silence begins when the answer to this input was painted: on a busy machine what was sent at once arrives late.
  const painted = (): void => {
    memory.lastInputAt = Math.max(memory.lastInputAt, ui.clock.monotonicMs());
  };
  ui.clock.after(0, painted, { unref: true });
  if (event.kind === 'paste') return paste(ui, event.text);
  if (event.kind === 'mouse') return pointAt(ui, event);
  const { key, alone } = event;
  if (key === 'ctrl-c') return alone ? interrupt(ui, memory, quietMs, now) : undefined;
  const { overlay, size } = ui.state;
  if (isTooSmall(size) && overlayWhenSmall(ui.state) === undefined) {
    if (key === 'q' && alone) whenQuiet(ui, memory, quietMs >= calmMs, key, () => ui.askToQuit());
    return;
  }
  if (overlay !== undefined) return pressInOverlay(ui, memory, overlay, event, quietMs);
  const focuses = focusesOf(ui.state);
  const binding = findBinding(bindingsOf(ui.state), focuses, key, ui.state);
  if (binding !== undefined) return pressBinding(ui, memory, binding, event, quietMs);
  if (alone) ui.notify('info', `${keyLabel(key)} does nothing here · ? shows the keys`);
}

/** Rows that one notch of the wheel moves. */
const WHEEL_ROWS = 3;

/** The wheel moves in the pane, a click selects a row of its list; questions and editors take neither. */
function pointAt(ui: Ui, { act, row }: InputEvent & { readonly kind: 'mouse' }): void {
  const { state } = ui;
  if (!state.mouse || state.overlay !== undefined || isTooSmall(state.size)) return;
  const pane = paneOf(state);
  if (act !== 'click') return pane.move(ui, { by: act === 'up' ? -WHEEL_ROWS : WHEEL_ROWS });
  const { list } = layoutOf(state);
  const first = CHROME_TOP + LIST_TOP;
  // A list's selected row has its mark at the left edge: from there the click is so many rows away.
  const selected = frameOf(state).rows.findIndex((text) => plain(text).startsWith('│▸'));
  if (selected === -1 || row < first || row >= first + list) return;
  if (isInDetail(state)) ui.set({ focus: 'list' });
  if (row !== selected) pane.move(ui, { by: row - selected });
}

/** Header and tabs; border and heading of a list. */
const CHROME_TOP = 2;
const LIST_TOP = 2;

type Key = InputEvent & { readonly kind: 'key' };

/** Keys go to the overlay on top: to its bindings, else as text to its line. */
function pressInOverlay(ui: Ui, memory: InputMemory, overlay: Overlay, event: Key, quietMs: number): void {
  const kind = kindOf(overlay);
  const { key, alone } = event;
  if (kind.onlyAlone === true && !alone) return;
  if (kind.isFresh?.(overlay, ui.clock.monotonicMs()) === true && key !== 'esc') return;
  const line = kind.line?.(overlay);
  const focuses: readonly Focus[] = line === undefined ? kind.focuses(overlay) : [...kind.focuses(overlay), 'field'];
  const binding = findBinding(bindingsOf(ui.state), focuses, key, ui.state);
  if (binding !== undefined) return pressBinding(ui, memory, binding, event, quietMs);
  if (line === undefined) return kind.onKey?.(ui, overlay, key);
  const field = editField(line.field, key);
  if (field !== undefined) line.put(ui, field);
}

function pressBinding(ui: Ui, memory: InputMemory, binding: Binding, { key, alone }: Key, quietMs: number): void {
  const { state } = ui;
  if (!alone && !binding.repeats) return ui.notify('info', 'several keys at once: ignored, press one at a time');
  if (!binding.calm) return invoke(ui, binding);
  const isCalm = quietMs >= (state.overlay === undefined ? calmMs : guardMs);
  whenQuiet(ui, memory, isCalm, key, () => {
    if (ui.state.overlay === state.overlay) invoke(ui, binding);
  });
}

/** Runs `act` once nothing else arrived for a moment: on a machine that stands still, a burst arrives one by one. */
function whenQuiet(ui: Ui, memory: InputMemory, isCalm: boolean, key: string, act: () => void): void {
  const { count } = memory;
  const tell = (): void => ui.notify('info', `${keyLabel(key)} came in a burst of input: ignored, press it again`);
  if (!isCalm) return tell();
  ui.clock.after(calmMs, () => (memory.count === count ? act() : tell()), { unref: true });
}

function invoke(ui: Ui, binding: Binding): void {
  const { notice } = ui.state;
  // The next key means that the last answer was read.
  if (notice?.until !== undefined && notice.undo === undefined) ui.set({ notice: undefined });
  binding.invoke(ui);
}

/** ctrl-c closes what is open, and quits when it comes again within two seconds. */
function interrupt(ui: Ui, memory: InputMemory, quietMs: number, now: number): void {
  const { overlay } = ui.state;
  if (overlay !== undefined && kindOf(overlay).onInterrupt?.(ui, overlay) === true) return;
  if (overlay === undefined && paneOf(ui.state).cancel?.(ui) === true) return;
  const asked = isQuitQuestion(overlay);
  const again = now - memory.interruptedAt <= interruptMs && quietMs >= calmMs;
  if (again) {
    memory.interruptedAt = -Infinity;
    return whenQuiet(ui, memory, true, 'ctrl-c', () => {
      if (asked) ui.terminal.quit('quit-stop');
      else ui.askToQuit();
    });
  }
  memory.interruptedAt = now;
  if (!asked) ui.close();
  ui.notify('info', asked ? 'ctrl-c again stops the instances and quits' : 'ctrl-c again within 2s quits');
}

/** Into the line being typed its first line, unless the overlay takes it otherwise. */
function paste(ui: Ui, text: string): void {
  const { overlay } = ui.state;
  const kind = overlay === undefined ? undefined : kindOf(overlay);
  if (overlay === undefined || kind === undefined) {
    return ui.notify('info', 'pasted text: ignored, keys are pressed one at a time');
  }
  if (kind.onPaste !== undefined) return kind.onPaste(ui, overlay, text);
  const line = kind.line?.(overlay);
  line?.put(ui, insertText(line.field, text.split(/[\r\n]/, 1)[0] ?? ''));
}
