/** Keys of the Tools pane. */
import { openCallForm } from '../../overlays/form/call-form.ts';
import { bind, type Binding } from '../../kit/keymap.ts';
import { enterDetail, isInDetail } from '../../kit/split-pane.ts';
import type { UiState } from '../../state/ui-store.ts';
import { callTool, cancelRunning, runningCall } from './call.ts';
import { toolList } from './rows.ts';
import { type ToolRow, toolTabs, type ToolTab } from '../../state/panes/tools.ts';
import { tabKeymap, turned } from '../../kit/tab-keymap.ts';

function current(state: UiState): ToolRow | string {
  if (state.view === undefined) return 'the engine is still starting';
  return (
    toolList.selected(state) ?? (state.tools.rows === undefined ? 'the tools are still loading' : 'no tool is listed')
  );
}

function withTab({ tools }: UiState, tab: ToolTab): Partial<UiState> {
  return { tools: { ...tools, tab } };
}

export const toolsKeymap: readonly Binding[] = [
  bind({
    id: 'tool.open',
    keys: ['enter'],
    focus: 'tools',
    help: 'its schema: arguments, types, what is required and allowed',
    hint: (state) => (isInDetail(state) ? undefined : 'schema'),
    target: current,
    run(tool, ui) {
      const { state } = ui;
      const { tools } = toolList.withSelected(state, tool.id);
      const tab = isInDetail(state) ? tools.tab : 'Schema';
      ui.set({ ...enterDetail(state), ...withTab({ ...state, tools }, tab) });
    },
  }),
  bind({
    id: 'tool.call',
    keys: ['x'],
    focus: 'tools',
    help: 'call the tool: fill in the form made from its schema',
    hint: 'call',
    dangerous: true,
    target(state) {
      const running = runningCall(state);
      if (running !== undefined) return `${running.name} is still running: Esc cancels it`;
      const tool = current(state);
      if (typeof tool === 'string' || tool.exposed !== undefined) return tool;
      return `agents cannot reach ${tool.name}: ${tool.problem ?? 'it has no name'}`;
    },
    run(tool, ui) {
      const { tools } = toolList.withSelected(ui.state, tool.id);
      toolList.patch(ui, tools);
      openCallForm(ui, tool, callTool);
    },
  }),
  bind({
    id: 'tool.cancel',
    keys: ['K'],
    focus: 'tools',
    help: 'cancel the call under way, as Esc does',
    hint: 'cancel',
    target: (state) => runningCall(state) ?? 'no call is under way',
    run: (_call, ui) => void cancelRunning(ui),
  }),
  bind({
    id: 'tool.raw',
    keys: ['V'],
    focus: 'tools',
    help: 'in words or as JSON: the definition, the result',
    hint: (state) => (isInDetail(state) ? 'raw' : undefined),
    target: current,
    run(_tool, ui) {
      const { state } = ui;
      const { tools } = state;
      if (tools.tab === 'Result') return ui.set({ tools: { ...tools, isRaw: !tools.isRaw } });
      ui.set(withTab(state, tools.tab === 'Raw' ? 'Schema' : 'Raw'));
    },
  }),
  ...tabKeymap<ToolRow>({
    id: 'tool',
    focus: 'tools',
    help: 'schema, raw definition, result of the last call',
    target: current,
    turn: (ui, by) => ui.set(withTab(ui.state, turned(toolTabs, ui.state.tools.tab, by))),
  }),
  bind({
    id: 'tool.save-result',
    keys: ['S'],
    focus: 'tools',
    help: 'put the last result, as JSON, into a file',
    target(state) {
      const tool = current(state);
      if (typeof tool === 'string') return tool;
      const call = state.tools.calls.get(tool.id);
      return call?.state.kind === 'answered'
        ? { name: tool.name, answer: call.state.report.answer }
        : 'there is no result';
    },
    run({ name, answer }, ui) {
      ui.notify('ok', `the result is in ${ui.terminal.keep(answer, `${name}.json`)}`);
    },
  }),
];
