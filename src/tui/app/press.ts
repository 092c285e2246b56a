/** The one input handler: from what the terminal sent to what happens. */
import { bindings } from './bindings.ts';
import type { Console } from './console.ts';
import { leaveEditor, pasteInEditor, typeInEditor } from '../overlays/editor/editor-input.ts';
import { editField, emptyField, fieldOf, insertText, type Field } from '../kit/field.ts';
import type { InputEvent } from '../kit/keys.ts';
import { pasteInCallForm, typeInCallForm } from '../overlays/form/call-form.ts';
import { findBinding, focusesOf, keyLabel, type Binding } from '../kit/keymap.ts';
import { isTooSmall, layoutOf } from '../kit/layout.ts';
import { copyItems } from '../overlays/copy.ts';
import { paneOf } from './panes.ts';
import { pasteInBindList, typeInBindList } from '../overlays/bind-list.ts';
import { helpLines } from '../overlays/overlay.ts';
import { paletteEntries } from '../overlays/palette.ts';
import type { AskState, Overlay, PaletteState } from '../state/ui-store.ts';

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

export function handleInput(console: Console, memory: InputMemory, event: InputEvent): void {
  const now = console.clock.monotonicMs();
  const quietMs = now - memory.lastInputAt;
  memory.count += 1;
  memory.lastInputAt = now;
  // Silence begins when the answer to this input was painted: on a busy machine what was sent at once arrives late.
  const painted = (): void => {
    memory.lastInputAt = Math.max(memory.lastInputAt, console.clock.monotonicMs());
  };
  console.clock.after(0, painted, { unref: true });
  if (event.kind === 'paste') return paste(console, event.text);
  const { key, alone } = event;
  if (key === 'ctrl-c') return alone ? interrupt(console, memory, quietMs, now) : undefined;
  const { overlay, size } = console.state;
  if (isTooSmall(size)) {
    if (key === 'q' && alone) whenQuiet(console, memory, quietMs >= calmMs, key, () => console.askToQuit());
    return;
  }
  switch (overlay?.kind) {
    case undefined:
      return pressBinding(console, memory, key, alone, quietMs);
    case 'question':
      if (!alone) return;
      if (overlay.question.kind === 'type-name') return typeName(console, overlay, key, now);
      if (now - overlay.openedAt >= guardMs) return pressBinding(console, memory, key, alone, quietMs);
      // The safe answers work at once.
      return key === 'esc' ? console.close() : undefined;
    case 'editor':
      if (overlay.step.kind === 'text' && findBinding(bindings, ['editor'], key) !== undefined)
        return pressBinding(console, memory, key, alone, quietMs);
      return typeInEditor(console, overlay, key, alone);
    case 'bind':
      return typeInBindList(console, overlay, key, alone);
    case 'call':
      return typeInCallForm(console, overlay, key, alone);
    case 'ask':
      return typeAnswer(console, overlay, key, alone, now);
    case 'filter':
      return typeFilter(console, overlay, key, alone);
    case 'palette':
      return typePalette(console, overlay, key, alone);
    case 'help':
      return typeHelp(console, overlay, key);
    case 'copy':
      return alone ? chooseCopy(console, key) : undefined;
  }
}

function pressBinding(console: Console, memory: InputMemory, key: string, alone: boolean, quietMs: number): void {
  const { state } = console;
  const binding = findBinding(bindings, focusesOf(state), key);
  if (binding === undefined) {
    if (state.overlay === undefined && alone)
      console.notify('info', `${keyLabel(key)} does nothing here · ? shows the keys`);
    return;
  }
  if (!alone && !binding.repeats) return console.notify('info', 'several keys at once: ignored, press one at a time');
  if (!binding.calm) return invoke(console, binding);
  const isCalm = quietMs >= (state.overlay === undefined ? calmMs : guardMs);
  whenQuiet(console, memory, isCalm, key, () => {
    if (console.state.overlay === state.overlay) invoke(console, binding);
  });
}

/** Runs `act` once nothing else arrived for a moment: on a machine that stands still, a burst arrives one by one. */
function whenQuiet(console: Console, memory: InputMemory, isCalm: boolean, key: string, act: () => void): void {
  const { count } = memory;
  const tell = (): void => console.notify('info', `${keyLabel(key)} came in a burst of input: ignored, press it again`);
  if (!isCalm) return tell();
  console.clock.after(calmMs, () => (memory.count === count ? act() : tell()), { unref: true });
}

function invoke(console: Console, binding: Binding): void {
  const { notice } = console.state;
  // The next key means that the last answer was read.
  if (notice?.until !== undefined && notice.undo === undefined) console.set({ notice: undefined });
  binding.invoke(console);
}

/** ctrl-c closes what is open, and quits when it comes again within two seconds. */
function interrupt(console: Console, memory: InputMemory, quietMs: number, now: number): void {
  const { overlay } = console.state;
  // What was typed is never thrown away by it.
  if (overlay?.kind === 'editor') return leaveEditor(console, overlay);
  if (overlay === undefined && paneOf(console.state).cancel?.(console) === true) return;
  const again = now - memory.interruptedAt <= interruptMs && quietMs >= calmMs;
  if (again) {
    memory.interruptedAt = -Infinity;
    const asked = overlay?.kind === 'question' && overlay.question.kind === 'quit';
    return whenQuiet(console, memory, true, 'ctrl-c', () => {
      if (asked) console.terminal.quit('quit-stop');
      else console.askToQuit();
    });
  }
  memory.interruptedAt = now;
  const asked = overlay?.kind === 'question' && overlay.question.kind === 'quit';
  if (overlay?.kind === 'filter') apply(console, overlay, overlay.before);
  if (!asked) console.set({ overlay: undefined });
  console.notify('info', asked ? 'ctrl-c again stops the instances and quits' : 'ctrl-c again within 2 s quits');
}

function paste(console: Console, text: string): void {
  const { overlay } = console.state;
  const line = text.split(/[\r\n]/, 1)[0] ?? '';
  switch (overlay?.kind) {
    case 'filter':
      return setFilter(console, overlay, insertText(overlay.field, line));
    case 'editor':
      return pasteInEditor(console, overlay, text);
    case 'bind':
      return pasteInBindList(console, overlay, text);
    case 'call':
      return pasteInCallForm(console, overlay, text);
    case 'ask':
      return console.set({ overlay: { ...overlay, field: insertText(overlay.field, line) } });
    case 'palette':
      return console.set({ overlay: { ...overlay, field: insertText(overlay.field, line), index: 0 } });
    case 'help':
      return console.set({ overlay: { ...overlay, field: insertText(overlay.field, line), top: 0 } });
    case 'question':
      return console.notify('warn', 'pasted text answers no question: type it');
    case 'copy':
    case undefined:
      return console.notify('info', 'pasted text: ignored, keys are pressed one at a time');
  }
}

type Of<K extends Overlay['kind']> = Extract<Overlay, { readonly kind: K }>;

function setFilter(console: Console, overlay: Of<'filter'>, field: Field): void {
  console.set({ overlay: { ...overlay, field } });
  apply(console, overlay, field.text);
}

function apply(console: Console, { isFind }: Of<'filter'>, text: string): void {
  const pane = paneOf(console.state);
  if (isFind) pane.finder?.(console.state)?.set(console, text);
  else pane.setFilter(console, text);
}

function typeFilter(console: Console, overlay: Of<'filter'>, key: string, alone: boolean): void {
  if (key === 'esc') {
    console.close();
    return apply(console, overlay, '');
  }
  if (key === 'enter' && alone) {
    console.close();
    if (overlay.isFind) return undefined;
    const problem = paneOf(console.state).filterProblem(console.state);
    return problem === undefined ? undefined : console.notify('warn', `${problem}: everything is shown`);
  }
  const field = editField(overlay.field, key);
  if (field !== undefined) setFilter(console, overlay, field);
}

function typePalette(console: Console, overlay: PaletteState, key: string, alone: boolean): void {
  const { state } = console;
  const entries = paletteEntries(state, overlay.field.text, overlay.actionsOnly);
  const index = Math.min(overlay.index, Math.max(0, entries.length - 1));
  switch (key) {
    case 'esc':
      return console.close();
    case 'up':
      if (index === 0 && overlay.field.text === '') return recall(console, overlay, 1);
      return console.set({ overlay: { ...overlay, index: Math.max(0, index - 1) } });
    case 'down':
      return console.set({ overlay: { ...overlay, index: Math.min(entries.length - 1, index + 1) } });
    case 'ctrl-p':
      return recall(console, overlay, 1);
    case 'ctrl-n':
      return recall(console, overlay, -1);
    case 'enter': {
      const entry = entries[index];
      if (!alone || entry === undefined) return;
      const typed = overlay.field.text.trim();
      const history = typed === '' ? state.history : [typed, ...state.history.filter((line) => line !== typed)];
      console.set({ overlay: undefined, history: history.slice(0, historyLimit) });
      const refusal = entry.refusal();
      return refusal === undefined ? entry.run(console) : console.notify('info', refusal);
    }
    default: {
      const field = editField(overlay.field, key);
      if (field !== undefined) console.set({ overlay: { ...overlay, field, index: 0, recalled: -1 } });
    }
  }
}

function recall(console: Console, overlay: PaletteState, step: 1 | -1): void {
  const { history } = console.state;
  const recalled = Math.min(history.length - 1, Math.max(-1, overlay.recalled + step));
  const text = history[recalled];
  console.set({ overlay: { ...overlay, recalled, index: 0, field: text === undefined ? emptyField : fieldOf(text) } });
}

function typeHelp(console: Console, overlay: Of<'help'>, key: string): void {
  const { state } = console;
  const page = Math.max(1, layoutOf(state).body - 4);
  const last = Math.max(0, helpLines(state, overlay.field.text).length - page);
  const scrolls: Readonly<Record<string, number>> = { up: -1, down: 1, pgup: -page, pgdn: page };
  const by = scrolls[key];
  if (by !== undefined) {
    return console.set({ overlay: { ...overlay, top: Math.min(last, Math.max(0, overlay.top + by)) } });
  }
  if (key === 'esc' || key === 'enter' || (key === '?' && overlay.field.text === '')) {
    if (key === 'esc' && overlay.field.text !== '')
      return console.set({ overlay: { ...overlay, field: emptyField, top: 0 } });
    return console.close();
  }
  const field = editField(overlay.field, key);
  if (field !== undefined) console.set({ overlay: { ...overlay, field, top: 0 } });
}

function chooseCopy(console: Console, key: string): void {
  if (key === 'esc' || key === 'q' || key === 'enter') return console.close();
  const item = copyItems(console.state).find((candidate) => candidate.key === key);
  if (item === undefined) return;
  console.close();
  console.terminal.copy(item.text);
  console.notify('ok', `${item.name} sent to the terminal's clipboard (OSC 52, ${Buffer.byteLength(item.text)} bytes)`);
}

function typeName(console: Console, overlay: Of<'question'>, key: string, now: number): void {
  const { question } = overlay;
  if (question.kind !== 'type-name') return;
  if (key === 'esc') return console.close();
  if (key === 'enter') {
    if (question.field.text === '') return console.close();
    if (now - overlay.openedAt < guardMs) return;
    if (question.field.text !== question.name) {
      return console.notify('warn', `that is not ${question.name}: ${question.otherwise}`);
    }
    console.close();
    return question.act(console);
  }
  const field = editField(question.field, key);
  if (field !== undefined) console.set({ overlay: { ...overlay, question: { ...question, field } } });
}

function typeAnswer(console: Console, overlay: AskState, key: string, alone: boolean, now: number): void {
  if (key === 'esc') return console.close();
  if (key === 'enter') {
    // Text that ends in a return was not typed here.
    if (!alone || now - overlay.openedAt < guardMs) return;
    const text = overlay.field.text.trim();
    if (text === '' && overlay.required !== undefined) return console.notify('warn', overlay.required);
    console.close();
    return overlay.act(console, text);
  }
  const field = editField(overlay.field, key);
  if (field !== undefined) console.set({ overlay: { ...overlay, field } });
}
