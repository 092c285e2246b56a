/** Shows what to do before there is anything to list: add a server, try the demo, connect an agent. */
import { box } from '../kit/box.ts';
import { layoutOf } from '../kit/layout.ts';
import type { Span } from '../kit/theme.ts';
import type { UiState } from '../state/ui-store.ts';

const lines: readonly (readonly Span[])[] = [
  [],
  [['  No server yet.', 'strong'], ' mcptui runs MCP servers and routes your agents to them.'],
  [],
  [['  Import what your clients have', 'strong'], ' with ', ['I', 'accent'], ' (Claude Code, Cursor, Codex …)'],
  ['    mcptui init            step by step, in another terminal'],
  [],
  [['  Add a server', 'strong'], ' with ', ['n', 'accent'], ', or in another terminal; it appears here at once'],
  ['    mcptui create server fs --package npm:@modelcontextprotocol/server-filesystem -- .'],
  ['    mcptui create server git --env TOKEN=secret:env/GIT_TOKEN -- my-git-server'],
  [],
  [['  Look around first', 'strong']],
  ['    mcptui demo            three servers that work, and one whose secret is missing'],
  [],
  [['  Connect an agent', 'strong'], ' (Claude Code; other clients start the same command)'],
  ['    claude mcp add mcptui -- mcptui proxy'],
  [],
  [['  ? keys   : commands   5 audit   q quit', 'dim']],
];

export function startPage(state: UiState): string[] {
  const { body } = layoutOf(state);
  return box(state.style, state.size.columns, body, [['Start', 'strong']], 'nothing is running', lines);
}

export function waitingPage(state: UiState): string[] {
  const { body } = layoutOf(state);
  const failed = typeof state.engine === 'object' ? state.engine.failed : undefined;
  const text: readonly (readonly Span[])[] =
    failed === undefined
      ? [[], ['  starting engine …']]
      : [[], [[`  the engine did not start: ${failed}`, 'bad']], [], ['  q quits']];
  return box(state.style, state.size.columns, body, [['Instances', 'strong']], '', text);
}
