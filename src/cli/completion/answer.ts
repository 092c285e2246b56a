/** Answers the shell: what may stand next, in the protocol of the scripts that `mcptui completion` prints. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { clean } from '../../text/clean.ts';
import type { HelpTree } from '../help/tree.ts';
import { liveNames } from './live-names.ts';
import { wantedNext, type Offer, type Wanted } from './words.ts';

/** For the shell: the order is its own, and files are offered only where they are wanted. */
const FILES = 0;
const NO_FILES = 4;
const FOLDERS = 16;
const MAX_OFFERS = 500;
/** Bash evaluates what it is offered: nothing else ever is. */
const SAFE = /^[\w@.:/+=-]+$/;

/** Written by the build: loading every verb to find this takes longer than a person likes to wait for a key. */
function helpTree(): HelpTree {
  return JSON.parse(readFileSync(fileURLToPath(new URL('help.json', import.meta.url)), 'utf8')) as HelpTree;
}

/** `typed`: the words behind `mcptui`, the last one being typed. Never fails: a shell shows no error. */
export async function answerShell(sockets: readonly string[], typed: readonly string[]): Promise<void> {
  try {
    const current = typed.at(-1) ?? '';
    const { offers, directive } = await offered(sockets, wantedNext(helpTree(), typed));
    tell([...lines(offers, current), `:${directive}`]);
  } catch {
    tell([`:${NO_FILES}`]);
  }
}

/** As it is: what people read has no tab left in it. */
function tell(told: readonly string[]): void {
  process.stdout.write(`${told.join('\n')}\n`);
}

async function offered(
  sockets: readonly string[],
  wanted: Wanted,
): Promise<{ readonly offers: readonly Offer[]; readonly directive: number }> {
  switch (wanted.kind) {
    case 'words':
      return { offers: wanted.words, directive: NO_FILES };
    case 'names': {
      const names = await liveNames(sockets, wanted.of);
      return { offers: names.map((name) => ({ value: wanted.prefix + name, about: '' })), directive: NO_FILES };
    }
    case 'files':
      return { offers: [], directive: FILES };
    case 'folders':
      return { offers: [], directive: FOLDERS };
  }
}

/** `value⇥what it is`. */
export function lines(offers: readonly Offer[], current: string): readonly string[] {
  return offers
    .filter(({ value }) => value.startsWith(current) && SAFE.test(value))
    .slice(0, MAX_OFFERS)
    .map(({ value, about }) => (about === '' ? value : `${value}\t${clean(about.split('\n')[0] ?? '')}`));
}
