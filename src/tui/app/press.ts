/** The one input handler: from what the terminal sent to what happens. */
import { bindings } from './bindings.ts';
import type { Ui } from '../kit/ui.ts';
import { leaveEditor, pasteInEditor, typeInEditor } from '../overlays/editor/editor-input.ts';
import { editField, insertText } from '../kit/field.ts';
import { emptyField, fieldOf, type Field } from '../state/field.ts';
import type { InputEvent } from '../kit/keys.ts';
import { pasteInCallForm, typeInCallForm } from '../overlays/form/call-form.ts';
import { findBinding, focusesOf, keyLabel, type Binding } from '../kit/keymap.ts';
import { isTooSmall, layoutOf } from '../kit/layout.ts';
import { copyItems } from './copy.ts';
import { paneOf } from './panes.ts';
import { pasteInBindList, typeInBindList } from '../overlays/bind-list.ts';
import { helpLines } from './overlay.ts';
import { paletteEntries } from './palette.ts';
import type { AskState, Overlay, PaletteState } from '../state/overlays.ts';

/** A dialog is answered no sooner than this after it opened and after any other input, so that no stream of bytes answers it. */
export const guardMs = 250;
/** What ends the console or answers a question wants this much silence around it: a key inside a burst was not meant. */
export const calmMs = 100;
/** Two ctrl-c within this time quit. */
const interruptMs = 2000;
const historyLimit = 50;

/** What is remembered between keys; times are monotonic. */
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
  memory.count += 1;
  memory.lastInputAt = now;
  // Silence begins when the answer to this input was painted: on a busy machine what was sent at once arrives late.
  const painted = (): void => {
    memory.lastInputAt = Math.max(memory.lastInputAt, ui.clock.monotonicMs());
  };
  ui.clock.after(0, painted, { unref: true });
  if (event.kind === 'paste') return paste(ui, event.text);
  const { key, alone } = event;
  if (key === 'ctrl-c') return alone ? interrupt(ui, memory, quietMs, now) : undefined;
  const { overlay, size } = ui.state;
  if (isTooSmall(size)) {
    if (key === 'q' && alone) whenQuiet(ui, memory, quietMs >= calmMs, key, () => ui.askToQuit());
    return;
  }
  switch (overlay?.kind) {
    case undefined:
      return pressBinding(ui, memory, key, alone, quietMs);
    case 'question':
      if (!alone) return;
      if (overlay.question.kind === 'type-name') return typeName(ui, overlay, key, now);
      if (now - overlay.openedAt >= guardMs) return pressBinding(ui, memory, key, alone, quietMs);
      // The safe answers work at once.
      return key === 'esc' ? ui.close() : undefined;
    case 'editor':
      if (overlay.step.kind === 'text' && findBinding(bindings, ['editor'], key) !== undefined)
        return pressBinding(ui, memory, key, alone, quietMs);
      return typeInEditor(ui, overlay, key, alone);
    case 'bind':
      return typeInBindList(ui, overlay, key, alone);
    case 'call':
      return typeInCallForm(ui, overlay, key, alone);
    case 'ask':
      return typeAnswer(ui, overlay, key, alone, now);
    case 'filter':
      return typeFilter(ui, overlay, key, alone);
    case 'palette':
      return typePalette(ui, overlay, key, alone);
    case 'help':
      return typeHelp(ui, overlay, key);
    case 'copy':
      return alone ? chooseCopy(ui, key) : undefined;
  }
}

function pressBinding(ui: Ui, memory: InputMemory, key: string, alone: boolean, quietMs: number): void {
  const { state } = ui;
  const binding = findBinding(bindings, focusesOf(state), key);
  if (binding === undefined) {
    if (state.overlay === undefined && alone)
      ui.notify('info', `${keyLabel(key)} does nothing here · ? shows the keys`);
    return;
  }
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
  // What was typed is never thrown away by it.
  if (overlay?.kind === 'editor') return leaveEditor(ui, overlay);
  if (overlay === undefined && paneOf(ui.state).cancel?.(ui) === true) return;
  const again = now - memory.interruptedAt <= interruptMs && quietMs >= calmMs;
  if (again) {
    memory.interruptedAt = -Infinity;
    const asked = overlay?.kind === 'question' && overlay.question.kind === 'quit';
    return whenQuiet(ui, memory, true, 'ctrl-c', () => {
      if (asked) ui.terminal.quit('quit-stop');
      else ui.askToQuit();
    });
  }
  memory.interruptedAt = now;
  const asked = overlay?.kind === 'question' && overlay.question.kind === 'quit';
  if (overlay?.kind === 'filter') apply(ui, overlay, overlay.before);
  if (!asked) ui.set({ overlay: undefined });
  ui.notify('info', asked ? 'ctrl-c again stops the instances and quits' : 'ctrl-c again within 2 s quits');
}

function paste(ui: Ui, text: string): void {
  const { overlay } = ui.state;
  const line = text.split(/[\r\n]/, 1)[0] ?? '';
  switch (overlay?.kind) {
    case 'filter':
      return setFilter(ui, overlay, insertText(overlay.field, line));
    case 'editor':
      return pasteInEditor(ui, overlay, text);
    case 'bind':
      return pasteInBindList(ui, overlay, text);
    case 'call':
      return pasteInCallForm(ui, overlay, text);
    case 'ask':
      return ui.set({ overlay: { ...overlay, field: insertText(overlay.field, line) } });
    case 'palette':
      return ui.set({ overlay: { ...overlay, field: insertText(overlay.field, line), index: 0 } });
    case 'help':
      return ui.set({ overlay: { ...overlay, field: insertText(overlay.field, line), top: 0 } });
    case 'question':
      return ui.notify('warn', 'pasted text answers no question: type it');
    case 'copy':
    case undefined:
      return ui.notify('info', 'pasted text: ignored, keys are pressed one at a time');
  }
}

type Of<K extends Overlay['kind']> = Extract<Overlay, { readonly kind: K }>;

function setFilter(ui: Ui, overlay: Of<'filter'>, field: Field): void {
  ui.set({ overlay: { ...overlay, field } });
  apply(ui, overlay, field.text);
}

function apply(ui: Ui, { isFind }: Of<'filter'>, text: string): void {
  const pane = paneOf(ui.state);
  if (isFind) pane.finder?.(ui.state)?.set(ui, text);
  else pane.setFilter(ui, text);
}

function typeFilter(ui: Ui, overlay: Of<'filter'>, key: string, alone: boolean): void {
  if (key === 'esc') {
    ui.close();
    return apply(ui, overlay, '');
  }
  if (key === 'enter' && alone) {
    ui.close();
    if (overlay.isFind) return undefined;
    const problem = paneOf(ui.state).filterProblem(ui.state);
    return problem === undefined ? undefined : ui.notify('warn', `${problem}: everything is shown`);
  }
  const field = editField(overlay.field, key);
  if (field !== undefined) setFilter(ui, overlay, field);
}

function typePalette(ui: Ui, overlay: PaletteState, key: string, alone: boolean): void {
  const { state } = ui;
  const entries = paletteEntries(state, overlay.field.text, overlay.actionsOnly);
  const index = Math.min(overlay.index, Math.max(0, entries.length - 1));
  switch (key) {
    case 'esc':
      return ui.close();
    case 'up':
      if (index === 0 && overlay.field.text === '') return recall(ui, overlay, 1);
      return ui.set({ overlay: { ...overlay, index: Math.max(0, index - 1) } });
    case 'down':
      return ui.set({ overlay: { ...overlay, index: Math.min(entries.length - 1, index + 1) } });
    case 'ctrl-p':
      return recall(ui, overlay, 1);
    case 'ctrl-n':
      return recall(ui, overlay, -1);
    case 'enter': {
      const entry = entries[index];
      if (!alone || entry === undefined) return;
      const typed = overlay.field.text.trim();
      const history = typed === '' ? state.history : [typed, ...state.history.filter((line) => line !== typed)];
      ui.set({ overlay: undefined, history: history.slice(0, historyLimit) });
      const refusal = entry.refusal();
      return refusal === undefined ? entry.run(ui) : ui.notify('info', refusal);
    }
    default: {
      const field = editField(overlay.field, key);
      if (field !== undefined) ui.set({ overlay: { ...overlay, field, index: 0, recalled: -1 } });
    }
  }
}

function recall(ui: Ui, overlay: PaletteState, step: 1 | -1): void {
  const { history } = ui.state;
  const recalled = Math.min(history.length - 1, Math.max(-1, overlay.recalled + step));
  const text = history[recalled];
  ui.set({ overlay: { ...overlay, recalled, index: 0, field: text === undefined ? emptyField : fieldOf(text) } });
}

function typeHelp(ui: Ui, overlay: Of<'help'>, key: string): void {
  const { state } = ui;
  const page = Math.max(1, layoutOf(state).body - 4);
  const last = Math.max(0, helpLines(state, overlay.field.text).length - page);
  const scrolls: Readonly<Record<string, number>> = { up: -1, down: 1, pgup: -page, pgdn: page };
  const by = scrolls[key];
  if (by !== undefined) {
    return ui.set({ overlay: { ...overlay, top: Math.min(last, Math.max(0, overlay.top + by)) } });
  }
  if (key === 'esc' || key === 'enter' || (key === '?' && overlay.field.text === '')) {
    if (key === 'esc' && overlay.field.text !== '')
      return ui.set({ overlay: { ...overlay, field: emptyField, top: 0 } });
    return ui.close();
  }
  const field = editField(overlay.field, key);
  if (field !== undefined) ui.set({ overlay: { ...overlay, field, top: 0 } });
}

function chooseCopy(ui: Ui, key: string): void {
  if (key === 'esc' || key === 'q' || key === 'enter') return ui.close();
  const item = copyItems(ui.state).find((candidate) => candidate.key === key);
  if (item === undefined) return;
  ui.close();
  ui.terminal.copy(item.text);
  ui.notify('ok', `${item.name} sent to the terminal's clipboard (OSC 52, ${Buffer.byteLength(item.text)} bytes)`);
}

function typeName(ui: Ui, overlay: Of<'question'>, key: string, now: number): void {
  const { question } = overlay;
  if (question.kind !== 'type-name') return;
  if (key === 'esc') return ui.close();
  if (key === 'enter') {
    if (question.field.text === '') return ui.close();
    if (now - overlay.openedAt < guardMs) return;
    if (question.field.text !== question.name) {
      return ui.notify('warn', `that is not ${question.name}: ${question.otherwise}`);
    }
    return ui.answer(overlay.key);
  }
  const field = editField(question.field, key);
  if (field !== undefined) ui.set({ overlay: { ...overlay, question: { ...question, field } } });
}

function typeAnswer(ui: Ui, overlay: AskState, key: string, alone: boolean, now: number): void {
  if (key === 'esc') return ui.close();
  if (key === 'enter') {
    // Text that ends in a return was not typed here.
    if (!alone || now - overlay.openedAt < guardMs) return;
    const text = overlay.field.text.trim();
    if (text === '' && overlay.required !== undefined) return ui.notify('warn', overlay.required);
    return ui.answer(overlay.key, text);
  }
  const field = editField(overlay.field, key);
  if (field !== undefined) ui.set({ overlay: { ...overlay, field } });
}
