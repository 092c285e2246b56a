/** Judges the terminal that a console would have: size, colours, characters, keys and the clipboard. Pure. */
import { ok, warn, type Finding } from '../finding.ts';

export interface TerminalFacts {
  readonly isTty: boolean;
  readonly term: string | undefined;
  /** Bits: 1, 4, 8 or 24. */
  readonly colorDepth: number;
  readonly noColor: boolean;
  readonly columns: number;
  readonly rows: number;
  /** What `LC_ALL`, `LC_CTYPE` or `LANG` says, the first that is set. */
  readonly locale: string | undefined;
  /** A multiplexer or a connection that stands in between. */
  readonly within: readonly ('tmux' | 'screen' | 'ssh')[];
  /** What it answered when it was asked; absent when it was not. */
  readonly answer?: TerminalAnswer;
}

export interface TerminalAnswer {
  /** It answered at all. */
  readonly answered: boolean;
  /** `kitty(0.35)`, of XTVERSION. */
  readonly name?: string;
  /** Keys come with their modifiers (the kitty protocol). */
  readonly hasKeys: boolean;
  /** It says that it takes OSC 52. */
  readonly hasClipboard: boolean;
}

const MIN_COLUMNS = 80;
const MIN_ROWS = 24;
/** Known to take OSC 52 without saying so. */
const TAKES_CLIPBOARD = /^(?:kitty|WezTerm|foot|ghostty|iTerm2|contour|alacritty|mintty|tmux)/i;

export function checkTerminal(facts: TerminalFacts): readonly Finding[] {
  if (!facts.isTty) return [ok('terminal', 'none here: output goes to a file or a program')];
  const { answer } = facts;
  return [termOf(facts), sizeOf(facts), localeOf(facts), ...(answer === undefined ? [] : answersOf(facts, answer))];
}

function termOf({ term = '', colorDepth, noColor }: TerminalFacts): Finding {
  if (term === '') return warn('terminal', 'TERM is not set', 'export TERM=xterm-256color');
  if (term === 'dumb') return warn('terminal', 'TERM=dumb can show no console', 'export TERM=xterm-256color');
  if (noColor) return ok('terminal', `${term}, no colours (NO_COLOR is set)`);
  const colors = colorDepth >= 24 ? 'true colour' : `${2 ** colorDepth} colours`;
  if (colorDepth >= 4) return ok('terminal', `${term}, ${colors}`);
  return warn('terminal', `${term} shows no colours`, 'export TERM=xterm-256color, if it can');
}

function sizeOf({ columns, rows }: TerminalFacts): Finding {
  const size = `${columns}x${rows}`;
  if (columns >= MIN_COLUMNS && rows >= MIN_ROWS) return ok('terminal', `${size} characters`);
  return warn('terminal', `${size} characters: ${MIN_COLUMNS}x${MIN_ROWS} show everything`, 'make the window larger');
}

function localeOf({ locale = '' }: TerminalFacts): Finding {
  if (/utf-?8/i.test(locale)) return ok('terminal', `characters in UTF-8 (${locale})`);
  const said = locale === '' ? 'no locale is set' : `the locale ${locale} is not UTF-8`;
  return warn('terminal', `${said}: frames and signs may come out wrong`, 'export LANG=C.UTF-8, or mcptui --ascii');
}

function answersOf({ within }: TerminalFacts, answer: TerminalAnswer): readonly Finding[] {
  const behind = within.length === 0 ? '' : ` (behind ${within.join(', ')})`;
  if (!answer.answered) {
    return [
      warn('terminal', `it does not say what it can do${behind}: keys with modifiers and the clipboard may fail`),
    ];
  }
  const name = answer.name ?? 'it tells no name';
  const keys = answer.hasKeys
    ? 'keys come with all modifiers'
    : 'keys in the usual form: ctrl and alt work, ctrl-shift not';
  return [ok('terminal', `${name}${behind}`), ok('terminal', keys), clipboardOf(within, answer)];
}

function clipboardOf(within: TerminalFacts['within'], { hasClipboard, name = '' }: TerminalAnswer): Finding {
  if (within.includes('screen')) {
    return warn('terminal', 'screen lets no clipboard through (OSC 52)', 'use tmux with set-clipboard on');
  }
  if (within.includes('tmux')) {
    return ok('terminal', 'clipboard (OSC 52) as tmux allows it: tmux show -s set-clipboard must say on or external');
  }
  if (hasClipboard || TAKES_CLIPBOARD.test(name)) return ok('terminal', 'clipboard (OSC 52) is taken');
  return warn(
    'terminal',
    'it does not say whether it takes the clipboard (OSC 52): what is copied may not arrive',
    'allow it in the settings of the terminal',
  );
}

/** Reads what a terminal answered to `CSI ? u`, `CSI > q` and `CSI c`. */
export function readAnswer(bytes: string): TerminalAnswer {
  // A sign that can be read stands for ESC.
  const text = bytes.replaceAll('\u001B', '␛');
  const attributes = /␛\[\?([\d;]{1,200})c/.exec(text)?.[1]?.split(';') ?? [];
  const name = /␛P>\|([^␛]{1,80})␛\\/.exec(text)?.[1];
  return {
    answered: attributes.length > 0,
    ...(name === undefined ? {} : { name }),
    hasKeys: /␛\[\?\d{1,4}u/.test(text),
    hasClipboard: attributes.includes('52'),
  };
}
