/** Splits a typed line into words as a shell does, without running one. Pure. */
import { parse } from 'shell-quote';
import { messageOf } from '../../../kernel/errors.ts';

/** Words as a shell splits them; a sentence for what only a shell understands. */
export function wordsOf(text: string): readonly string[] | string {
  try {
    const words = parse(text, (name) => `$${name}`);
    const odd = words.find((word) => typeof word !== 'string' && !('op' in word && word.op === 'glob'));
    if (odd !== undefined) return 'no shell runs here: put signs such as > | & ; into quotes';
    return words.map((word) => (typeof word === 'string' ? word : 'pattern' in word ? word.pattern : ''));
  } catch (error) {
    return messageOf(error);
  }
}
