/** Calls a tool as the operator: asks first where it may do harm, follows the call under way to its end. */
import type { EngineCommands } from '../../../engine/index.ts';
import { clean } from '../../../text/clean.ts';
import { failureText, type Ui } from '../../kit/ui.ts';
import { enterDetail } from '../../kit/split-pane.ts';
import { asksFirst, effectWords } from '../../../text/tool-words.ts';
import type { UiState } from '../../state/ui-store.ts';
import { toolList } from './rows.ts';
import { type CallState, type ToolCall } from '../../state/panes/tools.ts';
import type { CallDraft } from '../../overlays/form/call-form.ts';

/** Calls that are remembered, with their results: so many, and so many bytes of them beside the newest. */
const REMEMBERED = 8;
const REMEMBERED_BYTES = 16 * 1024 * 1024;

let counter = 0;

/** The call under way; a console makes one at a time. */
export function runningCall({ tools }: Pick<UiState, 'tools'>): ToolCall | undefined {
  for (const call of tools.calls.values()) if (call.state.kind === 'running') return call;
  return undefined;
}

/** Calls it, or asks first where it may do harm; the form that it came from closes once that is under way. */
export function callTool(ui: Ui, draft: CallDraft): void {
  const { tool, shown } = draft;
  const name = `${tool.server}/${tool.name}`;
  const form = ui.state.overlay;
  if (!asksFirst(tool)) {
    if (start(ui, draft)) ui.close(form);
    return;
  }
  ui.close(form);
  ui.ask({
    kind: 'confirm',
    title: `Call ${name}?`,
    lines: [effectWords(tool.effect), `Arguments: ${shown.slice(0, 400)}${shown.length > 400 ? '…' : ''}`],
    yes: 'call it',
    no: 'no, leave it (x opens the form as it was)',
    act: (after) => void start(after, draft),
  });
}

/** False when nothing was sent: it was said why. */
function start(ui: Ui, { tool, args, secretArgs, shown }: CallDraft): boolean {
  const { state, commands } = ui;
  const other = runningCall(state);
  if (commands === undefined || state.link.state === 'lost' || other !== undefined) {
    if (commands === undefined) ui.notify('info', 'the engine is still starting');
    else if (state.link.state === 'lost') ui.notify('bad', 'the daemon is away: nothing was sent');
    else if (other !== undefined) ui.notify('info', `${other.name} is still running: Esc cancels it`);
    return false;
  }
  counter += 1;
  const callId = `${state.host.user}-${ui.clock.now()}-${counter}`;
  const name = `${tool.server}/${tool.name}`;
  const call: ToolCall = {
    callId,
    tool: tool.id,
    name,
    args: shown,
    state: { kind: 'running', startedAt: ui.clock.now() },
  };
  const { tools } = state;
  ui.set({
    ...enterDetail(state),
    tools: { ...tools, tab: 'Result', isRaw: false, calls: remember(tools.calls, call) },
  });
  commands.callTool(tool.server, tool.name, args, { callId, secretArgs }).then(
    (report) => finish(ui, call, { kind: 'answered', at: ui.clock.now(), report }),
    (error: unknown) => finish(ui, call, { kind: 'failed', at: ui.clock.now(), message: failureText(error) }),
  );
  return true;
}

function remember(calls: UiState['tools']['calls'], call: ToolCall): UiState['tools']['calls'] {
  const next = new Map(calls);
  next.delete(call.tool);
  let bytes = [...next.values()].reduce((sum, one) => sum + bytesOf(one), 0);
  for (const [key, one] of next) {
    if (next.size < REMEMBERED && bytes <= REMEMBERED_BYTES) break;
    bytes -= bytesOf(one);
    next.delete(key);
  }
  return next.set(call.tool, call);
}

const bytesOf = ({ state }: ToolCall): number => (state.kind === 'answered' ? state.report.bytes : 0);

function finish(ui: Ui, call: ToolCall, end: CallState): void {
  const { state } = ui;
  const { tools } = state;
  if (tools.calls.get(call.tool)?.callId !== call.callId) return;
  ui.set({ tools: { ...tools, calls: new Map(tools.calls).set(call.tool, { ...call, state: end }) } });
  const isSeen = state.pane === 'tools' && toolList.selected(state)?.id === call.tool && tools.tab === 'Result';
  if (!isSeen)
    ui.notify('info', `${clean(call.name)} ${end.kind === 'answered' ? 'was answered' : 'failed'} · 9 shows it`);
}

/** Ends the call under way at the server, too; false when there is none. */
export function cancelRunning(ui: Ui): boolean {
  const call = runningCall(ui.state);
  const commands: EngineCommands | undefined = ui.commands;
  if (call === undefined || commands === undefined) return false;
  ui.notify('info', `cancelling ${call.name} …`);
  commands.cancelCall(call.callId).then(
    () => ui.notify('ok', `${call.name} is cancelled`),
    (error: unknown) => ui.notify('bad', failureText(error)),
  );
  return true;
}
