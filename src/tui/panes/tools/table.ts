/** The table of tools: which columns fit, and one row as text. */
import { clean, fit, widthOf } from '../../../text/clean.ts';
import { count } from '../../../text/format.ts';
import { row, type Span, type Tone } from '../../kit/theme.ts';
import type { Style } from '../../state/style.ts';
import type { ToolEffect } from '../../../text/tool-words.ts';
import type { ToolRow } from '../../state/panes/tools.ts';

export interface ToolColumns {
  readonly server: number;
  readonly name: number;
  readonly tokens: number;
  readonly effect: number;
}

const margin = 2;

export function toolColumns(width: number, rows: readonly ToolRow[]): ToolColumns {
  const longest = rows.reduce((most, { server }) => Math.max(most, widthOf(clean(server))), 6);
  const effect = width < 50 ? 0 : 9;
  const server = Math.min(longest + 1, Math.floor(width * 0.28));
  const tokens = 7;
  return { server, tokens, effect, name: Math.max(8, width - margin - server - tokens - effect) };
}

export function toolHeading(style: Style, width: number, columns: ToolColumns): string {
  const heads = [fit('SERVER', columns.server), fit('TOOL', columns.name), fit('≈TOK', columns.tokens)];
  return row(style, width, [[`${' '.repeat(margin)}${heads.join('')}${fit('EFFECT', columns.effect)}`, 'dim']]);
}

export const effectTones: Readonly<Record<ToolEffect, Tone>> = {
  reads: 'ok',
  writes: 'plain',
  destroys: 'bad',
  '-': 'dim',
};

export function toolRow(
  style: Style,
  width: number,
  columns: ToolColumns,
  tool: ToolRow,
  shown: {
    readonly selected: boolean;
    readonly running: boolean;
  },
): string {
  // Agents cannot reach it, or it hides another one.
  const problem: Span = tool.problem === undefined ? '' : ['▲ ', 'warn'];
  const name = columns.name - (tool.problem === undefined ? 0 : 2);
  const spans: Span[] = [
    shown.selected ? '▸' : ' ',
    [shown.running ? '◐' : ' ', 'busy'],
    `${fit(clean(tool.server), columns.server - 1)} `,
    problem,
    `${fit(clean(tool.name), name - 1)} `,
    `${fit(count(tool.tokens), columns.tokens - 1)} `,
    columns.effect === 0 ? '' : [tool.effect, effectTones[tool.effect]],
  ];
  return row(style, width, spans, { selected: shown.selected });
}
