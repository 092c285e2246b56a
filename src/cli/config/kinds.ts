/** Checks values of settings, by kind: what each may be, how it is typed in a command line and given to a variable. Pure. */
import { wordFor } from '../../kernel/foreign.ts';
import { nearest } from '../../kernel/nearest.ts';

/** What is wrong with a value; `path` leads into it, empty for the whole. */
export interface ValueFault {
  readonly path: readonly string[];
  readonly words: string;
}

export interface Kind {
  /** What it has to be: `true or false`. */
  readonly wanted: string;
  readonly choices?: readonly string[];
  /** None for a value that can be used. */
  faults(value: unknown): readonly ValueFault[];
  /** As a variable holds it. */
  toVariable(value: unknown): string;
  /** The word of a command line is the text itself, not YAML. */
  readonly isText: boolean;
}

const whole = (words: string): readonly ValueFault[] => [{ path: [], words }];

export const flag: Kind = {
  wanted: 'true or false',
  choices: ['true', 'false'],
  faults: (value) => (typeof value === 'boolean' ? [] : whole(`${shown(value)} is not true or false`)),
  toVariable: (value) => (value === true ? '1' : '0'),
  isText: false,
};

export function choice(choices: readonly string[]): Kind {
  const wanted = choices.join(', ');
  return {
    wanted,
    choices,
    faults(value) {
      if (typeof value === 'string' && choices.includes(value)) return [];
      const meant = typeof value === 'string' ? nearest(value, choices) : undefined;
      return whole(`${shown(value)} is none of ${wanted}${meant === undefined ? '' : `; did you mean ${meant}?`}`);
    },
    toVariable: wordFor,
    isText: true,
  };
}

/** One line; a number counts as its digits. `isRight` decides about the text. */
export function text(wanted: string, isRight: (text: string) => boolean = () => true): Kind {
  return {
    wanted,
    faults(value) {
      const line = typeof value === 'number' ? String(value) : value;
      const isLine = typeof line === 'string' && line !== '' && line.length <= MAX_TEXT && !hasControls(line);
      return isLine && isRight(line) ? [] : whole(`${shown(value)} is not ${wanted}`);
    },
    toVariable: wordFor,
    isText: true,
  };
}

const MAX_TEXT = 4096;
const MAX_ITEMS = 256;

function hasControls(line: string): boolean {
  return /\p{Cc}/u.test(line);
}

/** A list of texts, or one of them; a variable holds them with `separator` between. */
export function list(wanted: string, separator: string, isRight: (text: string) => boolean): Kind {
  const one = text(wanted, (item) => !item.includes(separator) && isRight(item));
  return {
    wanted: `a list, each ${wanted}`,
    faults(value) {
      const items = Array.isArray(value) ? (value as readonly unknown[]) : [value];
      if (items.length > MAX_ITEMS) return whole(`it has over ${MAX_ITEMS} items`);
      return items.flatMap((item, at) =>
        one.faults(item).map(({ words }) => ({ path: Array.isArray(value) ? [String(at)] : [], words })),
      );
    },
    toVariable: (value) => (Array.isArray(value) ? value.map(wordFor).join(separator) : wordFor(value)),
    isText: false,
  };
}

/** Names to lists of texts, or to one text. What the names may be is checked where they are known. */
export function table(wanted: string): Kind {
  return {
    wanted,
    faults(value) {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        return whole(`${shown(value)} is not ${wanted}`);
      const entries = Object.entries(value as Readonly<Record<string, unknown>>);
      if (entries.length > MAX_ITEMS) return whole(`it has over ${MAX_ITEMS} entries`);
      return entries.flatMap(([name, held]) => {
        const items: readonly unknown[] = Array.isArray(held) ? held : [held];
        const isRight = items.length <= MAX_ITEMS && items.every((item) => isWord(item));
        return isRight ? [] : [{ path: [name], words: `${shown(held)} is not a text or a list of texts` }];
      });
    },
    toVariable: (value) => JSON.stringify(value),
    isText: false,
  };
}

/** A digit that stands for a key is a number in YAML. */
function isWord(item: unknown): boolean {
  const word = typeof item === 'number' ? String(item) : item;
  return typeof word === 'string' && word.length <= 64 && !hasControls(word);
}

/** A value in a message: short, and on one line. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  const words = typeof value === 'object' ? (Array.isArray(value) ? 'a list' : 'a map') : JSON.stringify(value);
  return words.length > 60 ? `${words.slice(0, 59)}…` : words;
}
