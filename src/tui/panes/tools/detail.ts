/** Shows the selected tool: what it is called and costs, then one tab, of which only the lines on screen are painted. */
import { clean, wrap } from '../../../text/clean.ts';
import { schemaLines } from '../../overlays/form/schema-lines.ts';
import { count } from '../../../text/format.ts';
import { pretty } from '../../../text/call-result.ts';
import { longLines } from '../../../text/long-text.ts';
import { detailRoom, isInDetail } from '../../kit/split-pane.ts';
import { viewerRows } from '../../kit/viewer/paint.ts';
import { shownText, type ShownText } from '../../kit/viewer/reading.ts';
import { plainLines, stillText } from '../../kit/viewer/text.ts';
import { lastOf } from '../../state/memo.ts';
import type { Line } from '../../kit/theme.ts';
import { descriptionOf, titleOf } from '../../../text/tool-words.ts';
import type { UiState } from '../../state/ui-store.ts';
import { argsLine, callHead, resultLines } from './result.ts';
import { toolList } from './rows.ts';
import type { ToolRow, ToolCall, ToolTab } from '../../state/panes/tools.ts';
import { effectTones } from './table.ts';

export interface ToolDetail {
  readonly tool: ToolRow;
  readonly tab: ToolTab;
  readonly head: readonly Line[];
  /** On screen of the tab. */
  readonly lines: readonly Line[];
  /** The text of the tab; undefined in a peek. */
  readonly read: ShownText | undefined;
}

const MAX_DESCRIPTION_CHARS = 16 * 1024;

let last: { readonly key: readonly unknown[]; readonly detail: ToolDetail | undefined } | undefined;

/** Computed once per change of what it shows; painting and keys ask for the same. */
export function toolDetail(state: UiState): ToolDetail | undefined {
  const tool = toolList.selected(state);
  const { tools, size, zoomed, pane, now, texts } = state;
  const call = tool === undefined ? undefined : tools.calls.get(tool.id);
  const { tab, isRaw } = tools;
  const key = [tool, call, tab, texts.tools, isRaw, size, zoomed, pane, call?.state.kind === 'running' ? now : 0];
  if (last !== undefined && key.every((part, index) => part === last?.key[index])) return last.detail;
  const detail = tool === undefined ? undefined : compute(state, tool, call);
  last = { key, detail };
  return detail;
}

function compute(state: UiState, tool: ToolRow, call: ToolCall | undefined): ToolDetail {
  const { tab, isRaw } = state.tools;
  const { width, rows, isPeek } = detailRoom({ ...state, pane: 'tools' });
  if (isPeek)
    return { tool, tab, head: peekLines(tool, call, width, state).slice(0, rows), lines: [], read: undefined };
  const head = [...headLines(tool, width), ...(tab === 'Result' ? resultHead(call, width, state) : []), []];
  const read = shownText(state, 'tools', {
    of: `${tool.id} ${tab} ${tab === 'Result' ? `${call?.callId ?? ''} ${isRaw}` : ''}`,
    text: stillText(tabLines(tool, tab, call, isRaw, width)),
    width,
    rows: Math.max(1, rows - head.length),
    name: `${tool.name}-${tab.toLowerCase()}.${tab === 'Schema' ? 'txt' : 'json'}`,
    ...(tab === 'Result' && call?.state.kind === 'answered' ? wholeAnswer(call.state.report.answer) : {}),
  });
  return { tool, tab, head, lines: viewerRows(read), read };
}

/** A result is saved as it came, in words it is only read. */
const wholeAnswer = (answer: string): { readonly whole: () => string } => ({ whole: () => answer });

/** The text that has the keys. */
export function toolText(state: UiState): ShownText | undefined {
  return isInDetail(state) ? toolDetail(state)?.read : undefined;
}

function headLines(tool: ToolRow, width: number): Line[] {
  const named: Line = [
    [clean(tool.exposed ?? tool.name), 'strong'],
    [`   ≈${count(tool.tokens)} tok   `, 'dim'],
    [tool.effect === '-' ? 'says nothing about its effects' : tool.effect, effectTones[tool.effect]],
  ];
  if (tool.problem === undefined) return [named];
  const hidden = tool.exposed === undefined ? 'agents cannot reach it: ' : '';
  return [named, ...wrap(clean(`▲ ${hidden}${tool.problem}`), width).map((text): Line => [[text, 'warn']])];
}

function resultHead(call: ToolCall | undefined, width: number, state: UiState): Line[] {
  return call === undefined ? [] : [callHead(call, state), argsLine(call, width)];
}

function peekLines(tool: ToolRow, call: ToolCall | undefined, width: number, state: UiState): Line[] {
  if (call !== undefined) return [callHead(call, state), argsLine(call, width), resultLines(call, false)[0] ?? []];
  return [...headLines(tool, width), ...describe(tool, width).slice(0, 2)];
}

const rawTab = lastOf((tool: ToolRow): readonly Line[] => plainLines(pretty(tool.definition)));

const notCalled: readonly Line[] = [[['not called yet: x opens the form', 'dim']]];

const tabLines = (
  tool: ToolRow,
  tab: ToolTab,
  call: ToolCall | undefined,
  isRaw: boolean,
  width: number,
): readonly Line[] => {
  switch (tab) {
    case 'Schema':
      return schemaTab(tool, width);
    case 'Raw':
      return rawTab(tool);
    case 'Result':
      return call === undefined ? notCalled : resultLines(call, isRaw);
  }
};

function describe(tool: ToolRow, width: number): Line[] {
  const text = descriptionOf(tool).slice(0, MAX_DESCRIPTION_CHARS);
  if (text === '') return [[['the server does not describe it', 'dim']]];
  return longLines(text, width).map((line): Line => [line]);
}

const schemaTab = lastOf((tool: ToolRow, width: number): readonly Line[] => {
  const { definition } = tool;
  const title = titleOf(tool);
  const output = definition['outputSchema'];
  return [
    ...(title === undefined ? [] : [[[clean(title), 'strong'] as const]]),
    ...describe(tool, width),
    [],
    [
      ['Arguments', 'strong'],
      ['   * required', 'dim'],
    ],
    ...schemaLines(definition['inputSchema'], width),
    ...(output === undefined ? [] : [[], [['Structured result', 'strong'] as const], ...schemaLines(output, width)]),
    ...annotationLines(definition['annotations']),
  ];
});

const hints = {
  readOnlyHint: 'reads only',
  destructiveHint: 'may destroy',
  idempotentHint: 'repeating it does nothing more',
  openWorldHint: 'reaches beyond its own world',
} as const;

/** Shows what the server says of the tool's effects. */
function annotationLines(annotations: unknown): Line[] {
  if (typeof annotations !== 'object' || annotations === null) return [];
  const given = annotations as Readonly<Record<string, unknown>>;
  const told = Object.entries(hints).flatMap(([key, words]) =>
    typeof given[key] === 'boolean' ? [`${words}: ${given[key] ? 'yes' : 'no'}`] : [],
  );
  return told.length === 0 ? [] : [[], [['Hints', 'strong']], ...told.map((text): Line => [`  ${text}`])];
}
