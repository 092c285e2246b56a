/** Shows a tool as a row of the table. */
import { clean, fit, widthOf } from '../../../text/clean.ts';
import { count } from '../../../text/format.ts';
import type { ToolEffect } from '../../../text/tool-words.ts';
import { cell, type Table } from '../../kit/table.ts';
import type { Tone } from '../../kit/theme.ts';
import type { ToolRow } from '../../state/panes/tools.ts';

export const effectTones: Readonly<Record<ToolEffect, Tone>> = {
  reads: 'ok',
  writes: 'plain',
  destroys: 'bad',
  '-': 'dim',
};

export interface ToolContext {
  /** Id of the row that is being called. */
  readonly running: string | undefined;
}

export const toolTable: Table<ToolRow, ToolContext> = {
  grows: 'TOOL',
  widths(width, rows) {
    const longest = rows.reduce((most, { server }) => Math.max(most, widthOf(clean(server))), 6);
    const effect = width < 50 ? 0 : 9;
    const server = Math.min(longest + 1, Math.floor(width * 0.28));
    const tokens = 7;
    return { SERVER: server, TOOL: Math.max(8, width - 2 - server - tokens - effect), '≈TOK': tokens, EFFECT: effect };
  },
  marker: ({ id }, selected, { running }) => [selected ? '▸' : ' ', [id === running ? '◐' : ' ', 'busy']],
  columns: [
    { title: 'SERVER', cell: ({ server }, width) => cell(clean(server), width) },
    {
      title: 'TOOL',
      cell({ name, problem }, width) {
        // Agents cannot reach it, or it hides another one.
        if (problem === undefined) return cell(clean(name), width);
        return [['▲ ', 'warn'], `${fit(clean(name), width - 3)} `];
      },
    },
    { title: '≈TOK', cell: ({ tokens }, width) => cell(count(tokens), width) },
    { title: 'EFFECT', cell: ({ effect }) => [[effect, effectTones[effect]]] },
  ],
};
