/** Gathers what is to be known of Node and of the terminal. */
import process from 'node:process';
import { sleep } from '../../../kernel/clock.ts';
import { checkNode } from '../checks/node.ts';
import { checkTerminal, readAnswer, type TerminalAnswer, type TerminalFacts } from '../checks/terminal.ts';
import type { Finding } from '../finding.ts';
import type { LookOptions, World } from '../world.ts';

/** A terminal across an ocean answers within this time. */
const ANSWER_MS = 1_000;
/** Which protocol of keys, which name and version, which attributes: every terminal answers the last one. */
const QUESTION = '\u001B[?u\u001B[>q\u001B[c';
const MAX_ANSWER_CHARS = 4_096;

export function lookAtNode(): Promise<readonly Finding[]> {
  return Promise.resolve(checkNode({ version: process.version, execPath: process.execPath }));
}

export async function lookAtTerminal({ context }: World, { terminal }: LookOptions): Promise<readonly Finding[]> {
  const { env, isTty, clock } = context;
  const answer = terminal && isTty ? await ask((ms, signal) => sleep(clock, ms, signal)) : undefined;
  const facts: TerminalFacts = {
    isTty,
    term: env['TERM'],
    colorDepth: isTty ? process.stdout.getColorDepth() : 1,
    noColor: (env['NO_COLOR'] ?? '') !== '',
    columns: isTty ? process.stdout.columns : 0,
    rows: isTty ? process.stdout.rows : 0,
    locale: [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => (value ?? '') !== ''),
    within: [
      ...((env['TMUX'] ?? '') === '' ? [] : (['tmux'] as const)),
      ...((env['STY'] ?? '') === '' ? [] : (['screen'] as const)),
      ...((env.SSH_CONNECTION ?? '') === '' ? [] : (['ssh'] as const)),
    ],
    ...(answer === undefined ? {} : { answer }),
  };
  return checkTerminal(facts);
}

/** Leaves the terminal as it was. */
async function ask(wait: (ms: number, signal: AbortSignal) => Promise<void>): Promise<TerminalAnswer> {
  const { stdin, stdout } = process;
  const answered = new AbortController();
  let bytes = '';
  const take = (chunk: Buffer): void => {
    bytes = `${bytes}${chunk.toString('latin1')}`.slice(0, MAX_ANSWER_CHARS);
    if (readAnswer(bytes).answered) answered.abort();
  };
  stdin.setRawMode(true);
  stdin.on('data', take);
  try {
    stdout.write(QUESTION);
    await wait(ANSWER_MS, answered.signal);
    return readAnswer(bytes);
  } finally {
    stdin.off('data', take);
    stdin.setRawMode(false);
    stdin.pause();
  }
}
