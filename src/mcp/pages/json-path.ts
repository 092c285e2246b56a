/** Writes where an element of a JSON text stands: `items[3].name`. Pure. */
import { plainLine } from '../../kernel/one-line.ts';
import { MAX_TITLE } from '../../kernel/markdown-lines.ts';
import type { Step } from './json-scan.ts';

/** Steps from the top that are shown; the others are left out in the middle. */
const MAX_STEPS = 12;

/** One clean line of at most `MAX_TITLE` characters; a long one keeps its end. */
export function pathOf(steps: readonly Step[]): string {
  const shown = steps.length <= MAX_STEPS ? steps : steps.slice(-MAX_STEPS);
  const path = shown.map(stepText).join('').replace(/^\./, '');
  const whole = shown === steps ? path : `…${path}`;
  return whole.length <= MAX_TITLE ? whole : `…${whole.slice(1 - MAX_TITLE)}`.toWellFormed();
}

/** `items[0] to items[41]`, or one path where both are the same. */
export function pathsOf(first: string, last: string): string {
  return first === last || first.length + last.length + 4 > MAX_TITLE ? first : `${first} to ${last}`;
}

function stepText(step: Step): string {
  if ('index' in step) return `[${step.index}]`;
  const name = plainName(step.name);
  return /^[A-Za-z_$][\w$-]*$/.test(name) ? `.${name}` : `["${name}"]`;
}

/** As it is meant, if it is written whole: `"a\u0062"` is `ab`. */
function plainName(written: string): string {
  const inner = written.replace(/^"|"$/g, '');
  if (!inner.includes('\\')) return clean(inner);
  try {
    return clean(String(JSON.parse(written)));
  } catch {
    return clean(inner);
  }
}

/** Names keep their underscores and stars. */
function clean(name: string): string {
  return /^[\w $.:/-]*$/.test(name) ? name : plainLine(name, MAX_TITLE);
}
