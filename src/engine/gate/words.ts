/** Puts a gate into words: for the journal and consoles, and for the agent that meets it. Pure. */
import type { OfferedTool } from '../../mcp/types/catalog.ts';
import { plainLine } from '../../kernel/one-line.ts';
import type { GateDecision } from './types.ts';

/** Characters of a tool's line. */
const MAX_LINE = 160;
/** Tools that are told in lines of their own; the list has them all. */
const MAX_LINES = 60;

/** `opened by begin_session: 3 of 80 prompts in full, 12 named, 21 of 312 tools`. */
export function decisionWords({ by, asked, prompts, promptsOf, tools }: GateDecision): string {
  const how = by === 'begin' ? 'begin_session' : by === 'call' ? `a call of ${asked.tool ?? '-'}` : 'an operator';
  const full = prompts.filter(({ isFull }) => isFull).length;
  const named = prompts.length - full;
  const given = `${full} of ${promptsOf} prompts in full${named === 0 ? '' : `, ${named} named`}`;
  const open = tools.isAll ? `all ${tools.of} tools` : `${tools.names.length} of ${tools.of} tools`;
  return `opened by ${how}: ${given}, ${open}`;
}

/** A prompt as an agent is told of it. */
export interface ToldPrompt {
  readonly name: string;
  readonly ref: string;
  readonly semver: string;
  readonly summary: string;
  readonly chapters: readonly string[];
  /** Whole; absent where it is only named. */
  readonly text?: string;
}

/** Writes the answer of `begin_session`. */
export function beginWords(
  prompts: readonly ToldPrompt[],
  servers: readonly string[],
  tools: readonly OfferedTool[],
  { tools: open }: GateDecision,
): string {
  const full = prompts.filter(({ text }) => text !== undefined);
  const named = prompts.filter(({ text }) => text === undefined);
  const sections = full.map(({ name, text = '' }) => `## ${name}\n\n${text.trimEnd()}`);
  if (named.length > 0) {
    const lines = named.map(indexLine).join('\n');
    sections.push(`## More prompts that may fit (read_prompts gives them)\n\n${lines}`);
  }
  for (const server of servers) sections.push(server);
  if (open.of > 0) {
    const count = open.isAll ? open.of : open.names.length;
    sections.push(`## Tools that are open now (${count} of ${open.of})\n\n${toolLines(tools, open)}`);
  }
  return sections.length === 0
    ? 'The session is open: nothing in this project fits, and it has no tools.'
    : sections.join('\n\n');
}

export function indexLine({ name, summary, chapters }: ToldPrompt): string {
  const about = summary === '' ? '' : `: ${plainLine(summary, MAX_LINE)}`;
  const parts =
    chapters.length === 0
      ? ''
      : ` (chapters: ${chapters
          .slice(0, 12)
          .map((title) => plainLine(title, 60))
          .join('; ')})`;
  return `- ${name}${about}${parts}`;
}

/** Those that fit best come first. */
function toolLines(tools: readonly OfferedTool[], open: GateDecision['tools']): string {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  const rest = open.isAll ? tools.map(({ name }) => name) : [];
  const names = [...new Set([...open.names, ...rest])];
  const lines = names.slice(0, MAX_LINES).map((name) => toolLine(name, byName.get(name)));
  const more = names.length > MAX_LINES ? [`- and ${names.length - MAX_LINES} more, in tools/list`] : [];
  const hidden =
    open.isAll || open.names.length >= open.of
      ? []
      : [`- find_tools finds others among ${open.of}; use_tool calls one that your list does not show`];
  return [...lines, ...more, ...hidden].join('\n');
}

export function toolLine(name: string, tool: OfferedTool | undefined): string {
  const { title, description } = tool?.item ?? {};
  const said = typeof description === 'string' ? description : typeof title === 'string' ? title : '';
  return said.trim() === '' ? `- ${name}` : `- ${name}: ${plainLine(said, MAX_LINE)}`;
}

/** What a gated session is told at its begin; `lines` name prompts. */
export function howToBegin(lines: readonly string[], more: number): string {
  const begin =
    'Before you work, call the tool begin_session: say in `description` what you are about to do, or name it in `tags`. ' +
    'It answers with the instructions that fit and opens the tools for it. Call it again when your task changes; ' +
    'read_prompts reads others of them at any time.';
  if (lines.length === 0 && more === 0) return `# How to begin\n\n${begin}`;
  const rest = more === 0 ? [] : [`- and ${more} more`];
  return `# How to begin\n\n${begin}\n\nInstructions that there are:\n\n${[...lines, ...rest].join('\n')}`;
}

/** The extra block of the answer to the call that opened the gate. */
export function callWords(prompts: readonly ToldPrompt[]): string {
  const full = prompts.flatMap(({ name, text }) => (text === undefined ? [] : [`## ${name}\n\n${text.trimEnd()}`]));
  const named = prompts.filter(({ text }) => text === undefined);
  const more =
    named.length === 0 ? [] : [`More that may fit (read_prompts gives them):\n\n${named.map(indexLine).join('\n')}`];
  return ['Instructions of this project that fit this call:', ...full, ...more].join('\n\n');
}
