/** Offers what `y` copies of a tool and of its last call. */
import type { CopyItem } from '../../../text/copy-item.ts';
import { pretty, readAnswer, renderedParts } from '../../../text/call-result.ts';
import type { UiState } from '../../state/ui-store.ts';
import { toolList } from './rows.ts';
import type { ToolCall } from '../../state/panes/tools.ts';

export function toolsCopyItems(state: UiState): readonly CopyItem[] {
  const tool = toolList.selected(state);
  if (tool === undefined) return [];
  const call = state.tools.calls.get(tool.id);
  return [
    { key: 'n', name: 'name', text: tool.name },
    { key: 'a', name: 'name for agents', text: tool.exposed ?? '' },
    ...resultItems(call),
    { key: 's', name: 'schema', text: pretty(tool.definition['inputSchema'] ?? {}) },
    { key: 'j', name: 'definition', text: JSON.stringify(tool.definition) },
    { key: 'd', name: 'command', text: commandOf(tool.server, tool.name, call?.args) },
  ];
}

function resultItems(call: ToolCall | undefined): readonly CopyItem[] {
  if (call?.state.kind !== 'answered') return [];
  const result = readAnswer(call.state.report.answer);
  const text = renderedParts(result).map((part) => part.text);
  return [
    { key: 'r', name: 'result', text: text.join('\n') },
    { key: 'v', name: 'result, JSON', text: pretty(result.value) },
  ];
}

function commandOf(server: string, tool: string, args: string | undefined): string {
  const given = args === undefined || args === '{}' ? '' : ` --args ${quoted(args)}`;
  return `mcptui call ${quoted(server)} ${quoted(tool)}${given}`;
}

function quoted(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
